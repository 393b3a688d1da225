using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// In training changes the contrast of each image, (x - mean) * contrast + mean with the mean of each channel, and clips the values; otherwise an identity.
/// (N, H, W, C) -> (N, H, W, C).
/// </summary>
public sealed class RandomContrast : ColorAugmentation
{
    /// <summary>Creates the layer.</summary>
    /// <param name="factor">
    /// How far the contrast goes below and above 1, each from 0 to 1: <c>(0.2, 0.3)</c> is a contrast from 0.8 to 1.3. A single number <c>f</c> is (0, f), as
    /// Keras 3.15 computes it: a contrast from 1 to 1 + f.
    /// </param>
    /// <param name="valueRange">The range of pixel values, to which the output is clipped. Default (0, 255), as in Keras; pass (0, 1) for images divided by 255.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <param name="name">The name, unique in a model. Default <c>random_contrast</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public RandomContrast(FactorRange factor, (double Low, double High)? valueRange = null, long? seed = null, string? name = null)
        : base(factor.FromZero().Within(0, 1, nameof(RandomContrast), nameof(factor)), valueRange, name, seed)
    {
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        // Keras up to 3.7 has no such setting, and clips to this range.
        if (ValueRange == (0, 255))
            config.Remove("value_range");
        return config;
    }

    internal static RandomContrast FromConfig(KerasConfig config) => new(
        FactorRange.FromConfig(config.ChannelsLast(), "factor") ?? throw new InvalidDataException($"{config.ClassName}: factor is missing."),
        FactorRange.FromConfig(config, "value_range")?.ToPair(),
        config.Seed(),
        config.Name());

    private protected override Tensor Adjust(Tensor x)
    {
        Tensor contrasts = new FactorRange(1 - Factor.Lower, 1 + Factor.Upper).DrawOfRows(Random, x.shape[0], x.device, rank: 4).to(x.dtype);
        Tensor mean = x.mean([1, 2], keepdim: true);
        return ((x - mean) * contrasts).Add(mean);
    }
}
