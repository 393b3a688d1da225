using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Rescales values in training and inference: x * scale + offset; <c>new Rescaling(1 / 255.0)</c> maps bytes to 0..1. Any shape.</summary>
public sealed class Rescaling : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="scale">The scale.</param>
    /// <param name="offset">The offset, added after scaling. Default 0.</param>
    /// <param name="name">The name, unique in a model. Default <c>rescaling</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite.</exception>
    public Rescaling(double scale, double offset = 0, string? name = null)
        : base(name)
    {
        Scale = [Require.Finite(scale, this)];
        Offset = [Require.Finite(offset, this)];
    }

    /// <summary>Creates the layer with a scale and an offset for each channel, the last axis.</summary>
    /// <param name="scale">The scale of each channel, or one for all.</param>
    /// <param name="offset">The offset of each channel, or one for all, added after scaling. Default 0.</param>
    /// <param name="name">The name, unique in a model. Default <c>rescaling</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite.</exception>
    /// <exception cref="ArgumentException">There are no numbers, or different numbers of scales and offsets.</exception>
    public Rescaling(IReadOnlyList<double> scale, IReadOnlyList<double>? offset = null, string? name = null)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(scale);
        Scale = [.. scale.Select(number => Require.Finite(number, this, nameof(scale)))];
        Offset = [.. (offset ?? [0]).Select(number => Require.Finite(number, this, nameof(offset)))];
        if (Scale.Count == 0 || Offset.Count == 0 || (Scale.Count > 1 && Offset.Count > 1 && Scale.Count != Offset.Count))
            throw new ArgumentException($"Rescaling: scale and offset must have one number, or one for each channel, but had {Scale.Count} and {Offset.Count}.", nameof(scale));
    }

    /// <summary>The scale: one number, or one for each channel.</summary>
    public IReadOnlyList<double> Scale { get; }

    /// <summary>The offset, added after scaling: one number, or one for each channel.</summary>
    public IReadOnlyList<double> Offset { get; }

    private int Channels => Math.Max(Scale.Count, Offset.Count);

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => Channels == 1 || (inputShape.Rank > 0 && inputShape[^1] == Channels)
        ? inputShape
        : throw new ArgumentException(FormattableString.Invariant($"Rescaling: '{Name}' must be given {Channels} channels, one for each scale, but was {inputShape}."), nameof(inputShape));

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["scale"] = ToKeras(Scale);
        config["offset"] = ToKeras(Offset);
        return config;
    }

    internal static Rescaling FromConfig(KerasConfig config)
    {
        double[] scale = Numbers(config, "scale") ?? [config.Number("scale")];
        return new Rescaling(scale, Numbers(config, "offset") ?? [config.Number("offset", 0)], config.Name());
    }

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        if (Channels == 1)
            return graph.AddElementwise("Add", [graph.AddElementwise("Mul", [input, graph.Constant("scale", Scale[0])]), graph.Constant("offset", Offset[0])]);
        return graph.Add("Add", [graph.Add("Mul", [input, graph.Constant("scale", ExportedNumbers(Scale))]), graph.Constant("offset", ExportedNumbers(Offset))]);
    }

    // The numbers of a channel are scalars: a tensor of them would be copied to the device in every step.
    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => Channels == 1
        ? x.Multiply(Scale[0]).Add(Offset[0])
        : torch.cat([.. Enumerable.Range(0, Channels).Select(channel => x.narrow(-1, channel, 1).Multiply(At(Scale, channel)).Add(At(Offset, channel)))], -1);

    // TensorFlow.js' Rescaling takes single numbers, but its BatchNormalization of mean 0 and variance 1 has the same formula.
    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input)
    {
        if (Channels == 1)
            return AddTo(model, "Rescaling", new() { ["scale"] = Scale[0], ["offset"] = Offset[0] }, [input]);
        (Tensor scale, Tensor offset) = (ExportedNumbers(Scale), ExportedNumbers(Offset));
        JsonObject config = TensorFlowJsBatchNormalization(input, epsilon: 0, center: true, scale: true);
        return AddTo(model, "BatchNormalization", config, [input], [("gamma", scale), ("beta", offset), ("moving_mean", torch.zeros_like(scale)), ("moving_variance", torch.ones_like(scale))]);
    }

    private static double At(IReadOnlyList<double> numbers, int channel) => numbers[numbers.Count == 1 ? 0 : channel];

    private Tensor ExportedNumbers(IReadOnlyList<double> numbers) => torch.tensor([.. Enumerable.Range(0, Channels).Select(channel => At(numbers, channel))], device: torch.CPU);

    private static JsonNode ToKeras(IReadOnlyList<double> numbers) => numbers.Count == 1 ? numbers[0] : new JsonArray([.. numbers]);

    private static double[]? Numbers(KerasConfig config, string key) =>
        config.Object(key) is JsonArray ? config.Required<double[]>(key, "a number or a list of numbers") : null;
}
