using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Leaky ReLU: x, or negativeSlope * x where x is negative. Any shape.</summary>
/// <remarks>As in Keras, the default slope of the layer is 0.3, and that of <see cref="ActivationFunction.LeakyRelu"/> is 0.2.</remarks>
public sealed class LeakyReLU : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="negativeSlope">The slope where x is negative, at least 0. Default 0.3.</param>
    /// <param name="name">The name, unique in a model. Default <c>leaky_re_lu</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope is negative or not finite.</exception>
    public LeakyReLU(double negativeSlope = 0.3, string? name = null)
        : base(name)
    {
        NegativeSlope = Require.AtLeastZero(negativeSlope, this);
    }

    /// <summary>The slope where x is negative.</summary>
    public double NegativeSlope { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["negative_slope"] = NegativeSlope;
        return config;
    }

    internal static LeakyReLU FromConfig(KerasConfig config) => new(config.Number("negative_slope", 0.3), config.Name());

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input) => graph.AddElementwise("LeakyRelu", [input], ("alpha", NegativeSlope));

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => x.LeakyRelu(NegativeSlope);

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) => AddTo(model, "LeakyReLU", new() { ["alpha"] = NegativeSlope }, [input]);
}
