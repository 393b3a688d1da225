using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>
/// ReLU: x above the threshold, at most maxValue; negativeSlope * (x - threshold) below. Any shape. With the defaults max(x, 0).
/// </summary>
public sealed class ReLU : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="maxValue">The largest output, at least 0. Default no limit.</param>
    /// <param name="negativeSlope">The slope below the threshold, at least 0. Default 0.</param>
    /// <param name="threshold">The threshold, at least 0. Default 0.</param>
    /// <param name="name">The name, unique in a model. Default <c>re_lu</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or not finite.</exception>
    public ReLU(double? maxValue = null, double negativeSlope = 0, double threshold = 0, string? name = null)
        : base(name)
    {
        if (maxValue is { } limit)
            RequireNotNegative(nameof(maxValue), limit);
        RequireNotNegative(nameof(negativeSlope), negativeSlope);
        RequireNotNegative(nameof(threshold), threshold);
        (MaxValue, NegativeSlope, Threshold) = (maxValue, negativeSlope, threshold);
    }

    /// <summary>The largest output; null for no limit.</summary>
    public double? MaxValue { get; }

    /// <summary>The slope below the threshold.</summary>
    public double NegativeSlope { get; }

    /// <summary>The threshold.</summary>
    public double Threshold { get; }

    /// <summary>The function, if it is one of Keras' activations: ReLU, or ReLU6 with a maximum of 6.</summary>
    internal ActivationFunction? Function => this switch
    {
        { MaxValue: null, NegativeSlope: 0, Threshold: 0 } => ActivationFunction.Relu,
        { MaxValue: 6, NegativeSlope: 0, Threshold: 0 } => ActivationFunction.Relu6,
        _ => null,
    };

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["max_value"] = MaxValue;
        config["negative_slope"] = NegativeSlope;
        config["threshold"] = Threshold;
        return config;
    }

    internal static ReLU FromConfig(KerasConfig config) =>
        new(config.OptionalNumber("max_value"), config.Number("negative_slope", 0), config.Number("threshold", 0), config.Name());

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        if (this is { MaxValue: { } max, NegativeSlope: 0, Threshold: 0 })
            return graph.AddElementwise("Clip", [input, graph.Constant("min_value", 0), graph.Constant("max_value", max)]);
        string y = Threshold == 0 ? graph.AddElementwise("Relu", [input]) : graph.AddElementwise("ThresholdedRelu", [input], ("alpha", Threshold));
        if (MaxValue is { } limit)
            y = graph.AddElementwise("Min", [y, graph.Constant("max_value", limit)]);
        if (NegativeSlope == 0)
            return y;
        string below = graph.AddElementwise("Relu", [graph.AddElementwise("Sub", [graph.Constant("threshold", Threshold), input])]);
        return graph.AddElementwise("Sub", [y, graph.AddElementwise("Mul", [below, graph.Constant("negative_slope", NegativeSlope)])]);
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training)
    {
        if (Function is { } function)
            return function.Apply(x);
        Tensor y = Threshold == 0 ? F.relu(x) : x * x.IsGreaterThan(Threshold).to(x.dtype);
        if (MaxValue is { } limit)
            y = y.ClampMax(limit);
        return NegativeSlope == 0 ? y : y - F.relu(x.SubtractFrom(Threshold)).Multiply(NegativeSlope);
    }

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) => this switch
    {
        { NegativeSlope: 0, Threshold: 0 } => AddTo(model, "ReLU", new() { ["max_value"] = MaxValue }, [input]),
        { MaxValue: null, Threshold: 0 } => AddTo(model, "LeakyReLU", new() { ["alpha"] = NegativeSlope }, [input]),
        _ => throw NotInTensorFlowJs("its ReLU has no threshold, and no slope beside a maximum", "Use a ReLU with maxValue alone, or with negativeSlope alone"),
    };

    private static void RequireNotNegative(string argument, double value)
    {
        if (!(value >= 0 && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(argument, FormattableString.Invariant($"ReLU: {argument} must be at least 0 and finite, but was {value}."));
    }
}
