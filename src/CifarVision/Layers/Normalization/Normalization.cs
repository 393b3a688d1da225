using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Initializers;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// Normalizes data to mean 0 and variance 1, in training and inference: <c>(x - mean) / sqrt(variance)</c>. Mean and variance are given, or computed from
/// data by <see cref="Adapt"/> before training. (N, ..., C) -> (N, ..., C). Weights, unless they are given: <c>mean</c> and <c>variance</c>, (C) or scalars,
/// and <c>count</c>, which only Keras' files need.
/// </summary>
public sealed class Normalization : Layer
{
    // Keras' epsilon, the smallest standard deviation.
    private const double LeastDeviation = 1e-7;
    private const int AdaptRows = 1024;
    private readonly ConcurrentDictionary<(ScalarType, DeviceType, int), (Tensor Mean, Tensor Deviation)> _given = [];
    private Weight? _mean;
    private Weight? _variance;

    /// <summary>Creates the layer.</summary>
    /// <param name="axis">-1 for a mean and variance per channel; null for one of all values. Default -1.</param>
    /// <param name="mean">The mean of each channel, or one for all; by default <see cref="Adapt"/> computes it.</param>
    /// <param name="variance">The variance of each channel, or one for all; to be given together with the mean.</param>
    /// <param name="invert">Whether to compute the inverse, <c>x * sqrt(variance) + mean</c>. Default false.</param>
    /// <param name="name">The name, unique in a model. Default <c>normalization</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The axis is neither -1 nor null, or a variance is negative.</exception>
    /// <exception cref="ArgumentException">Only one of mean and variance is given, or their lengths do not fit.</exception>
    public Normalization(int? axis = -1, IReadOnlyList<double>? mean = null, IReadOnlyList<double>? variance = null, bool invert = false, string? name = null)
        : base(name)
    {
        if (axis is not null and not -1)
            throw new ArgumentOutOfRangeException(nameof(axis), $"Normalization: axis must be -1 (each channel) or null (all values), but was {axis}.");
        if ((mean is null) != (variance is null))
            throw new ArgumentException($"Normalization: mean and variance must be given together, but {(mean is null ? "mean" : "variance")} was null.");
        if (mean is not null && (mean.Count != variance!.Count || mean.Count == 0 || (axis is null && mean.Count != 1)))
            throw new ArgumentException($"Normalization: mean and variance must have one value each, or with axis -1 one for each channel, but had {mean.Count} and {variance.Count}.", nameof(mean));
        if (mean?.All(double.IsFinite) == false)
            throw new ArgumentOutOfRangeException(nameof(mean), "Normalization: mean must be finite.");
        if (variance?.Any(value => !(value >= 0 && double.IsFinite(value))) == true)
            throw new ArgumentOutOfRangeException(nameof(variance), "Normalization: variance must be 0 or more and finite.");
        (Axis, Mean, Variance, Invert) = (axis, mean?.ToArray(), variance?.ToArray(), invert);
    }

    /// <summary>-1 for a mean and variance per channel; null for one of all values.</summary>
    public int? Axis { get; }

    /// <summary>The given means, or null.</summary>
    public IReadOnlyList<double>? Mean { get; }

    /// <summary>The given variances, or null.</summary>
    public IReadOnlyList<double>? Variance { get; }

    /// <summary>Whether the layer computes the inverse.</summary>
    public bool Invert { get; }

    /// <summary>Computes mean and variance from data and stores them as weights; builds the layer if needed.</summary>
    /// <param name="data">(N, ..., C), of any type: the training data.</param>
    /// <exception cref="InvalidOperationException">Mean and variance were given to the constructor.</exception>
    /// <exception cref="ArgumentException">The data has no rows, or another shape than the layer was built for.</exception>
    public void Adapt(NDArray data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (Mean is not null)
            throw new InvalidOperationException($"Normalization: '{Name}' was given mean and variance. Make one without them to adapt it.");
        if (data.ndim < 2 || data.size == 0)
            throw new ArgumentException($"Normalization: data must be rows of features or images, but was {TensorShape.Format(data.shape)}.", nameof(data));
        (NDArray mean, NDArray variance) = Moments(data);
        Build(data.shape[1..]);
        _mean!.Assign(mean);
        _variance!.Assign(variance);
    }

    // A Keras file may count the last axis from the front, which can be checked only once the rank is known.
    private int AxisInFile { get; init; } = -1;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        if (inputShape.Rank == 0)
            throw new ArgumentException("Normalization: expected input of rank 2 or more (batch, ..., channels), but was (None,).", nameof(inputShape));
        if (AxisInFile != -1 && AxisInFile != inputShape.Rank)
            throw new ArgumentException(FormattableString.Invariant($"Normalization: axis of '{Name}' must be the last, but was {AxisInFile} for {inputShape}."), nameof(inputShape));
        if (Mean is { Count: > 1 } mean && mean.Count != inputShape[^1])
            throw new ArgumentException($"Normalization: expected {mean.Count} channels, one for each mean, but was {inputShape}.", nameof(inputShape));
        return inputShape;
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["axis"] = Axis is null ? [] : new JsonArray(AxisInFile);
        config["invert"] = Invert;
        config["mean"] = ToKeras(Mean);
        config["variance"] = ToKeras(Variance);
        return config;
    }

    internal static Normalization FromConfig(KerasConfig config)
    {
        int? axis = config.Object("axis") switch
        {
            JsonArray { Count: 0 } or null => null,
            JsonArray { Count: 1 } one => one[0].Deserialize<int>(),
            JsonValue one when one.GetValueKind() == JsonValueKind.Number => one.Deserialize<int>(),
            JsonNode other => throw new InvalidDataException($"{config.ClassName}: axis is supported only as that of the channels or [], but was {other.ToJsonString()}."),
        };
        return new Normalization(axis is null ? null : -1, Numbers(config, "mean"), Numbers(config, "variance"), config.Flag("invert", false), config.Name()) { AxisInFile = axis ?? -1 };
    }

    /// <summary>Returns the mean and the standard deviation, each (C) or a scalar, of a type and on a device.</summary>
    internal (Tensor Mean, Tensor Deviation) Moments(ScalarType type, Device device)
    {
        if (Mean is null)
            return (_mean!.Value.to(type, device), Deviation(_variance!.Value).to(type, device));

        // Copied to the device once, not in every step. Several threads may predict.
        return _given.GetOrAdd((type, device.type, device.index), _ =>
        {
            using var scope = torch.NewDisposeScope();
            Tensor mean = torch.tensor(Mean.ToArray(), device: torch.CPU).to(type, device);
            Tensor deviation = Deviation(torch.tensor(Variance!.ToArray(), device: torch.CPU)).to(type, device);
            return (mean.DetachFromDisposeScope(), deviation.DetachFromDisposeScope());
        });

        static Tensor Deviation(Tensor variance) => variance.sqrt().ClampMin(LeastDeviation);
    }

    /// <inheritdoc/>
    protected override void BuildCore(TensorShape inputShape)
    {
        if (Mean is not null)
            return;
        TensorShape shape = Axis is null ? default(TensorShape) : inputShape[^1];
        _mean = AddWeight("mean", shape, new Zeros(), trainable: false);
        _variance = AddWeight("variance", shape, new Ones(), trainable: false);
        AddWeight("count", default, new Zeros(), trainable: false);
    }

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        (Tensor mean, Tensor deviation) = Moments(ScalarType.Float64, torch.CPU);
        string[] moments = [graph.Constant("mean", mean), graph.Constant("deviation", deviation)];
        return Invert
            ? graph.AddElementwise("Add", [graph.AddElementwise("Mul", [input, moments[1]]), moments[0]])
            : graph.AddElementwise("Div", [graph.AddElementwise("Sub", [input, moments[0]]), moments[1]]);
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training)
    {
        (Tensor mean, Tensor deviation) = Moments(x.dtype, x.device);
        return Invert ? (x * deviation).Add(mean) : (x - mean) / deviation;
    }

    // TensorFlow.js lacks this layer, but its BatchNormalization in inference has the same formula.
    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input)
    {
        JsonObject config = TensorFlowJsBatchNormalization(input, epsilon: 0, center: Invert, scale: Invert);
        (Tensor mean, Tensor deviation) = Moments(ScalarType.Float64, torch.CPU);
        mean = mean.expand(input.Shape[^1]);
        deviation = deviation.expand(input.Shape[^1]);
        return AddTo(model, "BatchNormalization", config, [input], Invert
            ? [("gamma", deviation), ("beta", mean), ("moving_mean", torch.zeros_like(mean)), ("moving_variance", torch.ones_like(mean))]
            : [("moving_mean", mean), ("moving_variance", deviation.Square())]);
    }

    /// <summary>Computes in float64, in chunks of rows, so that the whole data set is never converted at once (Chan, Golub, LeVeque, 1979).</summary>
    private (NDArray Mean, NDArray Variance) Moments(NDArray data)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Tensor rows = ArrayConversion.ToTensor(data, torch.CPU).reshape(data.shape[0], -1, Axis is null ? 1 : data.shape[^1]);
        double count = 0;
        Tensor mean = torch.zeros(rows.shape[2], ScalarType.Float64, torch.CPU);
        Tensor squares = torch.zeros_like(mean);
        for (long at = 0; at < rows.shape[0]; at += AdaptRows)
        {
            using var step = torch.NewDisposeScope();
            Tensor chunk = rows.narrow(0, at, Math.Min(AdaptRows, rows.shape[0] - at)).to(ScalarType.Float64).flatten(0, 1);
            double added = chunk.shape[0];
            Tensor chunkMean = chunk.mean([0L]);
            Tensor apart = chunkMean - mean;
            squares = squares.Add((chunk - chunkMean).Square().sum(dim: 0)).Add(apart.Square().Multiply(count * added / (count + added))).MoveToOuterDisposeScope();
            mean = mean.Add(apart.Multiply(added / (count + added))).MoveToOuterDisposeScope();
            count += added;
        }

        long[] shape = Axis is null ? [] : mean.shape;
        return (ArrayConversion.ToNDArray(mean.reshape(shape)), ArrayConversion.ToNDArray(squares.Divide(count).reshape(shape)));
    }

    private static JsonArray? ToKeras(IReadOnlyList<double>? numbers) => numbers is null ? null : [.. numbers.Select(number => JsonValue.Create(number))];

    private static double[]? Numbers(KerasConfig config, string key)
    {
        JsonNode? node = config.Object(key);
        try
        {
            return node is null or JsonArray ? node.Deserialize<double[]>() : [node.Deserialize<double>()];
        }
        catch (JsonException)
        {
            throw new InvalidDataException($"{config.ClassName}: {key} must be a number or a list of numbers, but was {node!.ToJsonString()}.");
        }
    }
}
