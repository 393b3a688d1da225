using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
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
        (Scale, Offset) = (Require.Finite(scale, this), Require.Finite(offset, this));
    }

    /// <summary>The scale.</summary>
    public double Scale { get; }

    /// <summary>The offset, added after scaling.</summary>
    public double Offset { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["scale"] = Scale;
        config["offset"] = Offset;
        return config;
    }

    internal static Rescaling FromConfig(KerasConfig config) => new(config.Number("scale"), config.Number("offset", 0), config.Name());

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input) =>
        graph.AddElementwise("Add", [graph.AddElementwise("Mul", [input, graph.Constant("scale", Scale)]), graph.Constant("offset", Offset)]);

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => x.Multiply(Scale).Add(Offset);

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) => AddTo(model, "Rescaling", new() { ["scale"] = Scale, ["offset"] = Offset }, [input]);
}
