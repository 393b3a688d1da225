using System.Globalization;
using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Dropout: in training sets a random fraction of the values to 0 and scales up the others, so that the mean is preserved; otherwise an identity. Any shape.</summary>
/// <remarks>Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014.</remarks>
public sealed class Dropout : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="rate">The fraction of values set to 0, from 0 to 1, rounded to a multiple of 1/65536.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <param name="noiseShape">
    /// The shape of the mask with the batch, null for the length of the input and 1 for an axis whose values are dropped together: <c>[null, 1, 1, 1]</c>
    /// drops whole images. The batch is null. Default none: each value is drawn by itself.
    /// </param>
    /// <param name="name">The name, unique in a model. Default <c>dropout</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is outside 0 to 1.</exception>
    /// <exception cref="ArgumentException">The shape of the mask does not begin with null, or has an axis below 1.</exception>
    public Dropout(double rate, long? seed = null, IReadOnlyList<int?>? noiseShape = null, string? name = null)
        : base(name, seed)
    {
        (Rate, Seed, NoiseShape) = (Require.Fraction(rate, this), seed, noiseShape?.ToArray());
        if (NoiseShape is not null && (NoiseShape.Count == 0 || NoiseShape[0] is not null || NoiseShape.Any(length => length < 1)))
            throw new ArgumentException($"Dropout: noiseShape must begin with null, the batch, and have axes of at least 1 or null, but was {Format(NoiseShape)}.", nameof(noiseShape));
    }

    /// <summary>The fraction of values set to 0.</summary>
    public double Rate { get; }

    /// <summary>The seed of the layer, or null.</summary>
    public long? Seed { get; }

    /// <summary>The shape of the mask with the batch, null for the length of the input; null if each value is drawn by itself.</summary>
    public IReadOnlyList<int?>? NoiseShape { get; }

    internal override bool IsIdentity => Rate == 0;

    /// <inheritdoc/>
    protected override bool IsIdentityInInference => true;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        if (NoiseShape is not null && (NoiseShape.Count != inputShape.Rank + 1 || NoiseShape.Skip(1).Index().Any(axis => axis.Item is { } length && length != 1 && length != inputShape[axis.Index])))
            throw new ArgumentException($"Dropout: noiseShape of '{Name}' must have null, 1 or its length for each axis of the input, but was {Format(NoiseShape)} for {inputShape}.", nameof(inputShape));
        return inputShape;
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["rate"] = Rate;
        config["seed"] = Seed;
        config["noise_shape"] = NoiseShape is null ? null : new JsonArray([.. NoiseShape]);
        return config;
    }

    internal static Dropout FromConfig(KerasConfig config) => new(config.Number("rate"), config.Seed(), NoiseShapeOf(config), config.Name());

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => training && Rate > 0 ? Random.Drop(x, MaskOf(x), Rate) : x;

    private long[] MaskOf(Tensor x) => NoiseShape is null ? x.shape : [.. NoiseShape.Select((length, axis) => length ?? x.shape[axis])];

    private static int?[]? NoiseShapeOf(KerasConfig config) =>
        config.Object("noise_shape") is null ? null : config.Required<int?[]>("noise_shape", "a list of whole numbers and null");

    private static string Format(IEnumerable<int?> shape) => $"[{string.Join(", ", shape.Select(length => length?.ToString(CultureInfo.InvariantCulture) ?? "null"))}]";
}
