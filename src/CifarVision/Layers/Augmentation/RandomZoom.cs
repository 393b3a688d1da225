using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>In training zooms each image about its center by a random amount; otherwise an identity. (N, H, W, C) -> (N, H, W, C).</summary>
public sealed class RandomZoom : GeometricAugmentation
{
    /// <summary>Creates the layer.</summary>
    /// <param name="heightFactor">
    /// The range of the vertical zoom, from -1 to 1. The output shows <c>1 + factor</c> times the height of the image: a positive number zooms out, a negative
    /// one zooms in, <c>0.1</c> is from 10 % in to 10 % out.
    /// </param>
    /// <param name="widthFactor">The range of the horizontal zoom, from -1 to 1; by default that of the height, which keeps the aspect ratio.</param>
    /// <param name="fillMode">How to fill the area outside the image. Default <see cref="FillMode.Reflect"/>.</param>
    /// <param name="interpolation">How to interpolate between pixels. Default <see cref="Interpolation.Bilinear"/>.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <param name="fillValue">The fill value with <see cref="FillMode.Constant"/>, in the unit of the pixels. Default 0.</param>
    /// <param name="name">The name, unique in a model. Default <c>random_zoom</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public RandomZoom(
        FactorRange heightFactor,
        FactorRange? widthFactor = null,
        FillMode fillMode = FillMode.Reflect,
        Interpolation interpolation = Interpolation.Bilinear,
        long? seed = null,
        double fillValue = 0,
        string? name = null)
        : base(fillMode, interpolation, fillValue, name, seed)
    {
        HeightFactor = heightFactor.Within(-1, 1, nameof(RandomZoom), nameof(heightFactor));
        WidthFactor = widthFactor?.Within(-1, 1, nameof(RandomZoom), nameof(widthFactor));
    }

    /// <summary>The range of the vertical zoom.</summary>
    public FactorRange HeightFactor { get; }

    /// <summary>The range of the horizontal zoom; null if it is the vertical zoom of the image.</summary>
    public FactorRange? WidthFactor { get; }

    internal static RandomZoom FromConfig(KerasConfig config) => new(
        FactorRange.FromConfig(config.ChannelsLast(), "height_factor") ?? throw new InvalidDataException($"{config.ClassName}: height_factor is missing."),
        FactorRange.FromConfig(config, "width_factor"),
        config.Choice("fill_mode", FillMode.Reflect),
        config.Choice("interpolation", Interpolation.Bilinear),
        config.Seed(),
        config.Number("fill_value", 0),
        config.Name());

    /// <inheritdoc/>
    protected override Tensor Augment(Tensor x)
    {
        Tensor down = Zooms(HeightFactor, x);
        Tensor across = WidthFactor is { } factor ? Zooms(factor, x) : down;
        return ImageSampler.Sample(x, Zoomed(x, axis: 1, down), Zoomed(x, axis: 2, across), FillMode, FillValue, Interpolation);
    }

    private protected override void AddFactors(JsonObject config)
    {
        config["height_factor"] = HeightFactor.ToKeras();
        config["width_factor"] = WidthFactor?.ToKeras();
    }

    /// <summary>Draws the zoom of each image: (N, 1, 1).</summary>
    private Tensor Zooms(FactorRange factor, Tensor x) => new FactorRange(1 + factor.Lower, 1 + factor.Upper).DrawOfRows(Random, x.shape[0], x.device, rank: 3);

    /// <summary>Returns the positions in the image for the rows or columns of the output.</summary>
    private static Tensor Zoomed(Tensor x, int axis, Tensor zooms)
    {
        double middle = (x.shape[axis] - 1) / 2.0;
        return (Places(x, axis).Subtract(middle) * zooms).Add(middle);
    }
}
