using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// Adds the second of two inputs, multiplied by a number, to the first: <c>new CustomScaleLayer(0.17).Call(x, y)</c> is x + 0.17 y. Shapes must be equal or
/// broadcast. Keras has it in <c>keras.applications.inception_resnet_v2</c> only.
/// </summary>
/// <remarks>Source: Szegedy et al., "Inception-v4, Inception-ResNet and the impact of residual connections on learning", AAAI 2017.</remarks>
public sealed class CustomScaleLayer : ElementwiseMerge
{
    /// <summary>Creates the layer.</summary>
    /// <param name="scale">The factor of the second input.</param>
    /// <param name="name">The name, unique in a model. Default <c>custom_scale_layer</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not finite.</exception>
    public CustomScaleLayer(double scale, string? name = null)
        : base(name) => Scale = Require.Finite(scale, this);

    /// <summary>The factor of the second input.</summary>
    public double Scale { get; }

    private protected override string OnnxOperator => "Add";

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["scale"] = Scale;
        return config;
    }

    internal static CustomScaleLayer FromConfig(KerasConfig config) => new(config.Number("scale"), config.Name());

    private protected override TensorShape MergeShapes(IReadOnlyList<TensorShape> shapes)
    {
        RequireTwo(shapes);
        return base.MergeShapes(shapes);
    }

    private protected override string CombineInOnnx(OnnxGraph graph, IReadOnlyList<string> inputs) =>
        graph.AddElementwise("Add", [inputs[0], graph.AddElementwise("Mul", [inputs[1], graph.Constant("scale", Scale)])]);

    // TensorFlow.js lacks this layer.
    private protected override TensorFlowJsTensor MergeInTensorFlowJs(TensorFlowJsModel model, IReadOnlyList<TensorFlowJsTensor> inputs) =>
        AddTo(model, "Add", [], [inputs[0], AddTo(model, "Rescaling", new() { ["scale"] = Scale, ["offset"] = 0 }, [inputs[1]])]);

    private protected override Tensor Combine(Tensor x, Tensor y) => x.Add(y.Multiply(Scale));
}
