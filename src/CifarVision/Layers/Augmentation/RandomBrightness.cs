using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>In training adds a random number to all values of each image and clips them; otherwise an identity. (N, H, W, C) -> (N, H, W, C).</summary>
public sealed class RandomBrightness : ColorAugmentation
{
    /// <summary>Creates the layer.</summary>
    /// <param name="factor">The range of the number as a fraction of the width of <paramref name="valueRange"/>, from -1 (black) to 1 (white); <c>0.2</c> is from -0.2 to 0.2.</param>
    /// <param name="valueRange">The range of pixel values, to which the output is clipped. Default (0, 255), as in Keras; pass (0, 1) for images divided by 255.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <param name="name">The name, unique in a model. Default <c>random_brightness</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public RandomBrightness(FactorRange factor, (double Low, double High)? valueRange = null, long? seed = null, string? name = null)
        : base(factor.Within(-1, 1, nameof(RandomBrightness), nameof(factor)), valueRange, name, seed)
    {
    }

    internal static RandomBrightness FromConfig(KerasConfig config) => new(
        FactorRange.FromConfig(config.ChannelsLast(), "factor") ?? throw new InvalidDataException($"{config.ClassName}: factor is missing."),
        FactorRange.FromConfig(config, "value_range")?.ToPair(),
        config.Seed(),
        config.Name());

    private protected override Tensor Adjust(Tensor x) =>
        x.Add(Factor.DrawOfRows(Random, x.shape[0], x.device, rank: 4).MultiplyInPlace(ValueRange.High - ValueRange.Low).to(x.dtype));
}
