using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// In training fills a random rectangle of some images with noise or a constant; otherwise an identity. (N, H, W, C) -> (N, H, W, C).
/// </summary>
/// <remarks>Source: Zhong et al., "Random erasing data augmentation", AAAI 2020.</remarks>
public sealed class RandomErasing : Augmentation
{
    /// <summary>Creates the layer.</summary>
    /// <param name="factor">
    /// The range of the probability that an image is erased, which is drawn for each image: <c>f</c> is from 0 to f, <c>(f, f)</c> is f for all images.
    /// Default from 0 to 1, which erases every second image on average.
    /// </param>
    /// <param name="scale">The range of the square of the erased fraction of the height, and of the width, from 0 to 1. Default (0.02, 0.33).</param>
    /// <param name="fillValue">The value of the erased pixels; by default normally distributed noise.</param>
    /// <param name="valueRange">
    /// The range of pixel values: noise has the upper bound as its standard deviation and is clipped to the range. Default (0, 255), as in Keras; pass (0, 1)
    /// for images divided by 255.
    /// </param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <param name="name">The name, unique in a model. Default <c>random_erasing</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public RandomErasing(
        FactorRange? factor = null,
        FactorRange? scale = null,
        double? fillValue = null,
        (double Low, double High)? valueRange = null,
        long? seed = null,
        string? name = null)
        : base(name, seed)
    {
        Factor = (factor ?? 1.0).FromZero().Within(0, 1, nameof(RandomErasing), nameof(factor));
        Scale = (scale ?? (0.02, 0.33)).FromZero().Within(0, 1, nameof(RandomErasing), nameof(scale));
        ValueRange = RequireValueRange(valueRange ?? (0, 255), nameof(RandomErasing));
        if (fillValue is { } value && !(value >= ValueRange.Low && value <= ValueRange.High))
            throw new ArgumentOutOfRangeException(nameof(fillValue), FormattableString.Invariant($"RandomErasing: fillValue must lie in the valueRange ({ValueRange.Low}, {ValueRange.High}), but was {value}."));
        FillValue = fillValue;
    }

    /// <summary>The range of the probability that an image is erased.</summary>
    public FactorRange Factor { get; }

    /// <summary>The range of the square of the erased fraction of the height and of the width.</summary>
    public FactorRange Scale { get; }

    /// <summary>The value of the erased pixels; null for noise.</summary>
    public double? FillValue { get; }

    /// <summary>The range of pixel values.</summary>
    public (double Low, double High) ValueRange { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["data_format"] = "channels_last";
        config["factor"] = Factor.ToKeras();
        config["scale"] = Scale.ToKeras();
        config["fill_value"] = FillValue;
        config["value_range"] = new JsonArray(ValueRange.Low, ValueRange.High);
        config["seed"] = Seed;
        return config;
    }

    internal static RandomErasing FromConfig(KerasConfig config) => new(
        FactorRange.FromConfig(config.ChannelsLast(), "factor"),
        FactorRange.FromConfig(config, "scale"),
        config.Object("fill_value") is null ? null : config.Number("fill_value"),
        FactorRange.FromConfig(config, "value_range")?.ToPair(),
        config.Seed(),
        config.Name());

    /// <inheritdoc/>
    protected override Tensor Augment(Tensor x)
    {
        // Of a batch that several processes share, the rectangles of all images are drawn: how much noise the images before need follows from them.
        RowPart part = RowPart.Of(x.shape[0]) ?? new RowPart(0, (int)x.shape[0], (int)x.shape[0]);
        // On the CPU in any case: reading the number of erased values from a graphics card would wait for it.
        RandomStream onHost = Random.Copy();
        Rectangles rectangles = DrawRectangles(x, part.Total, onHost, torch.CPU);
        long[] values = rectangles.CountValues(x.shape[3]);
        if (x.device_type != DeviceType.CPU)
            rectangles = DrawRectangles(x, part.Total, Random, x.device);
        Random.Counter = onHost.Counter;
        long own = values.AsSpan(part.Start, part.Count).ToArray().Sum();
        Tensor? noise = FillValue is null && values.Sum() > 0
            ? Random.NextNormalPart(values.Take(part.Start).Sum(), own, values.Sum(), ValueRange.High, x.device)
            : null;
        if (own == 0)
            return x;
        Tensor erased = rectangles.Rows(part).Contain(Places(x, axis: 1), Places(x, axis: 2)).unsqueeze(-1);
        return noise is null
            ? x.FillWhere(erased, FillValue!.Value)
            : x.masked_scatter(erased, noise.Clamp(ValueRange.Low, ValueRange.High).to(x.dtype));
    }

    private Rectangles DrawRectangles(Tensor x, int images, RandomStream random, Device device)
    {
        (Tensor top, Tensor bottom) = Sides(x.shape[1]);
        (Tensor left, Tensor right) = Sides(x.shape[2]);
        Tensor chances = One(Factor);
        Tensor isErased = One(new FactorRange(0, 1)).lt(chances);
        return new Rectangles(top, torch.where(isErased, bottom, top), left, right);

        (Tensor First, Tensor End) Sides(double length)
        {
            Tensor side = One(Scale).sqrt().Multiply(length);
            Tensor start = One(new FactorRange(0, 1)) * side.SubtractFrom(length);
            return (start.ceil(), start.Add(side).ceil());
        }

        Tensor One(FactorRange range) => range.Draw(random, images, device, rank: 3);
    }

    /// <summary>A rectangle of each image, (N, 1, 1): its first row and column, and those after its last; an empty one for an image that is not erased.</summary>
    private readonly record struct Rectangles(Tensor Top, Tensor Bottom, Tensor Left, Tensor Right)
    {
        /// <summary>Returns the number of values in each rectangle, read from tensors on the CPU.</summary>
        public long[] CountValues(long channels) => Array.ConvertAll(((Bottom - Top) * (Right - Left)).data<float>().ToArray(), pixels => (long)pixels * channels);

        public Rectangles Rows(RowPart part)
        {
            return new Rectangles(Own(Top), Own(Bottom), Own(Left), Own(Right));

            Tensor Own(Tensor all) => all.narrow(0, part.Start, part.Count);
        }

        public Tensor Contain(Tensor rows, Tensor columns) => rows.ge(Top).logical_and(rows.lt(Bottom)).logical_and(columns.ge(Left).logical_and(columns.lt(Right)));
    }
}
