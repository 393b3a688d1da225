using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>In training rotates each image about its center by a random angle; otherwise an identity. (N, H, W, C) -> (N, H, W, C).</summary>
public sealed class RandomRotation : GeometricAugmentation
{
    /// <summary>Creates the layer.</summary>
    /// <param name="factor">The range of the angle as a fraction of a full turn, from -1 to 1, positive counterclockwise; <c>0.05</c> is from -18 to 18 degrees.</param>
    /// <param name="fillMode">How to fill the area outside the image. Default <see cref="FillMode.Reflect"/>.</param>
    /// <param name="interpolation">How to interpolate between pixels. Default <see cref="Interpolation.Bilinear"/>.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <param name="fillValue">The fill value with <see cref="FillMode.Constant"/>, in the unit of the pixels. Default 0.</param>
    /// <param name="name">The name, unique in a model. Default <c>random_rotation</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public RandomRotation(
        FactorRange factor,
        FillMode fillMode = FillMode.Reflect,
        Interpolation interpolation = Interpolation.Bilinear,
        long? seed = null,
        double fillValue = 0,
        string? name = null)
        : base(fillMode, interpolation, fillValue, name, seed)
    {
        Factor = factor.Within(-1, 1, nameof(RandomRotation), nameof(factor));
    }

    /// <summary>The range of the angle as a fraction of a full turn.</summary>
    public FactorRange Factor { get; }

    internal static RandomRotation FromConfig(KerasConfig config) => new(
        FactorRange.FromConfig(config.ChannelsLast(), "factor") ?? throw new InvalidDataException($"{config.ClassName}: factor is missing."),
        config.Choice("fill_mode", FillMode.Reflect),
        config.Choice("interpolation", Interpolation.Bilinear),
        config.Seed(),
        config.Number("fill_value", 0),
        config.Name());

    /// <inheritdoc/>
    protected override Tensor Augment(Tensor x)
    {
        float[] turns = Factor.DrawOfRows(Random, x.shape[0]);
        Tensor sin = OneEach(Array.ConvertAll(turns, turn => (float)Math.Sin(2 * Math.PI * turn)), x, rank: 3);
        Tensor cos = OneEach(Array.ConvertAll(turns, turn => (float)Math.Cos(2 * Math.PI * turn)), x, rank: 3);
        double middleRow = (x.shape[1] - 1) / 2.0;
        double middleColumn = (x.shape[2] - 1) / 2.0;
        Tensor down = Places(x, axis: 1).Subtract(middleRow);
        Tensor across = Places(x, axis: 2).Subtract(middleColumn);
        // Rows count downwards, so sampling at positions rotated clockwise rotates the image counterclockwise.
        return ImageSampler.Sample(
            x, (sin * across).Add(cos * down).Add(middleRow), ((cos * across) - (sin * down)).Add(middleColumn), FillMode, FillValue, Interpolation);
    }

    private protected override void AddFactors(JsonObject config) => config["factor"] = Factor.ToKeras();
}
