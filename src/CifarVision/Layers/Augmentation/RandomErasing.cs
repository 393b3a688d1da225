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
        ValueRange = valueRange ?? (0, 255);
        if (!(ValueRange.Low < ValueRange.High && double.IsFinite(ValueRange.High - ValueRange.Low)))
            throw new ArgumentOutOfRangeException(nameof(valueRange), FormattableString.Invariant($"RandomErasing: valueRange must be a least and a greater value, but was ({ValueRange.Low}, {ValueRange.High})."));
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

    internal static RandomErasing FromConfig(KerasConfig config)
    {
        FactorRange? valueRange = FactorRange.FromConfig(config.ChannelsLast(), "value_range");
        return new RandomErasing(
            FactorRange.FromConfig(config, "factor"),
            FactorRange.FromConfig(config, "scale"),
            config.Object("fill_value") is null ? null : config.Number("fill_value"),
            valueRange is { } range ? (range.Lower, range.Upper) : null,
            config.Seed(),
            config.Name());
    }

    /// <inheritdoc/>
    protected override Tensor Augment(Tensor x)
    {
        // Of a batch that several processes share, the rectangles of all images are drawn: how much noise the images before need follows from them.
        RowPart part = RowPart.Of(x.shape[0]) ?? new RowPart(0, (int)x.shape[0], (int)x.shape[0]);
        (float[] tops, float[] bottoms) = Sides(part.Total, x.shape[1]);
        (float[] lefts, float[] rights) = Sides(part.Total, x.shape[2]);
        long[] values = CountValues(tops, bottoms, lefts, rights, x.shape[3]);
        Range own = part.Start..(part.Start + part.Count);
        float[]? noise = FillValue is null ? Noise(values.Take(part.Start).Sum(), values[own].Sum(), values.Sum()) : null;
        if (values[own].Sum() == 0)
            return x;
        Tensor erased = Between(tops[own], bottoms[own], x, axis: 1).logical_and(Between(lefts[own], rights[own], x, axis: 2)).unsqueeze(-1);
        return noise is null
            ? x.FillWhere(erased, FillValue!.Value)
            : x.masked_scatter(erased, torch.tensor(noise, device: x.device).Clamp(ValueRange.Low, ValueRange.High).to(x.dtype));
    }

    /// <summary>Returns, for each image, the first row (column) of its rectangle and the first one after it.</summary>
    private (float[] First, float[] End) Sides(int images, float length)
    {
        float[] shares = Scale.Draw(Random, images);
        float[] places = new FactorRange(0, 1).Draw(Random, images);
        var first = new float[images];
        var end = new float[images];
        for (int i = 0; i < images; i++)
        {
            float side = MathF.Sqrt(shares[i]) * length;
            float start = places[i] * (length - side);
            first[i] = MathF.Ceiling(start);
            end[i] = MathF.Ceiling(start + side);
        }

        return (first, end);
    }

    /// <summary>Makes the rectangles of unerased images empty, and counts the erased values of each image.</summary>
    private long[] CountValues(float[] tops, float[] bottoms, float[] lefts, float[] rights, long channels)
    {
        float[] chances = Factor.Draw(Random, tops.Length);
        float[] draws = new FactorRange(0, 1).Draw(Random, tops.Length);
        var values = new long[tops.Length];
        for (int i = 0; i < tops.Length; i++)
        {
            if (draws[i] >= chances[i])
                bottoms[i] = tops[i];
            values[i] = (long)(bottoms[i] - tops[i]) * (long)(rights[i] - lefts[i]) * channels;
        }

        return values;
    }

    private float[] Noise(long before, long own, long total)
    {
        var noise = new float[own];
        if (total > 0)
            Random.NextNormalPart(noise, before, total, ValueRange.High);
        return noise;
    }

    private static Tensor Between(float[] first, float[] end, Tensor x, int axis)
    {
        Tensor places = Places(x, axis);
        return places.ge(OneEach(first, x, rank: 3)).logical_and(places.lt(OneEach(end, x, rank: 3)));
    }
}
