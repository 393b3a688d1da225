using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>In training shifts each image by a random amount vertically and horizontally; otherwise an identity. (N, H, W, C) -> (N, H, W, C).</summary>
/// <remarks>
/// The usual "pad by 4 pixels and crop" for CIFAR-10 is
/// <c>new RandomTranslation(4 / 32.0, 4 / 32.0, FillMode.Constant, Interpolation.Nearest)</c>. With <see cref="Interpolation.Nearest"/> images are
/// shifted by whole pixels, and all shifts in the range are equally likely; Keras rounds, which makes the two ends half as likely.
/// </remarks>
public sealed class RandomTranslation : GeometricAugmentation
{
    /// <summary>Creates the layer.</summary>
    /// <param name="heightFactor">The range of the downward shift as a fraction of the height, from -1 (up) to 1; <c>0.2</c> is from -0.2 to 0.2.</param>
    /// <param name="widthFactor">The range of the shift to the right as a fraction of the width, from -1 (left) to 1.</param>
    /// <param name="fillMode">How to fill the area outside the image. Default <see cref="FillMode.Reflect"/>.</param>
    /// <param name="interpolation">How to interpolate between pixels. Default <see cref="Interpolation.Bilinear"/>.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <param name="fillValue">The fill value with <see cref="FillMode.Constant"/>, in the unit of the pixels. Default 0.</param>
    /// <param name="name">The name, unique in a model. Default <c>random_translation</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public RandomTranslation(
        FactorRange heightFactor,
        FactorRange widthFactor,
        FillMode fillMode = FillMode.Reflect,
        Interpolation interpolation = Interpolation.Bilinear,
        long? seed = null,
        double fillValue = 0,
        string? name = null)
        : base(fillMode, interpolation, fillValue, name, seed)
    {
        HeightFactor = heightFactor.Within(-1, 1, nameof(RandomTranslation), nameof(heightFactor));
        WidthFactor = widthFactor.Within(-1, 1, nameof(RandomTranslation), nameof(widthFactor));
    }

    /// <summary>The range of the downward shift as a fraction of the height.</summary>
    public FactorRange HeightFactor { get; }

    /// <summary>The range of the shift to the right as a fraction of the width.</summary>
    public FactorRange WidthFactor { get; }

    internal static RandomTranslation FromConfig(KerasConfig config) => new(
        FactorRange.FromConfig(config.ChannelsLast(), "height_factor") ?? throw new InvalidDataException($"{config.ClassName}: height_factor is missing."),
        FactorRange.FromConfig(config, "width_factor") ?? throw new InvalidDataException($"{config.ClassName}: width_factor is missing."),
        config.Choice("fill_mode", FillMode.Reflect),
        config.Choice("interpolation", Interpolation.Bilinear),
        config.Seed(),
        config.Number("fill_value", 0),
        config.Name());

    /// <inheritdoc/>
    protected override Tensor Augment(Tensor x)
    {
        Tensor rows = Places(x, axis: 1) - Shifts(HeightFactor, x, axis: 1);
        Tensor columns = Places(x, axis: 2) - Shifts(WidthFactor, x, axis: 2);
        return ImageSampler.Sample(x, rows, columns, FillMode, FillValue, Interpolation);
    }

    private protected override void AddFactors(JsonObject config)
    {
        config["height_factor"] = HeightFactor.ToKeras();
        config["width_factor"] = WidthFactor.ToKeras();
    }

    /// <summary>Draws the shift of each image in pixels: (N, 1, 1).</summary>
    private Tensor Shifts(FactorRange factor, Tensor x, int axis)
    {
        var pixels = new FactorRange(factor.Lower * x.shape[axis], factor.Upper * x.shape[axis]);
        if (Interpolation == Interpolation.Nearest)
            pixels = new FactorRange(Math.Round(pixels.Lower) - 0.5, Math.Round(pixels.Upper) + 0.5);
        float[] shifts = pixels.DrawOfRows(Random, x.shape[0]);
        if (Interpolation == Interpolation.Nearest)
            shifts = Array.ConvertAll(shifts, shift => MathF.Floor(shift + 0.5f));
        return OneEach(shifts, x, rank: 3);
    }
}
