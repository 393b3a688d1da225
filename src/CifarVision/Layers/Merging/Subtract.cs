using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Subtracts the second of two inputs from the first elementwise: <c>new Subtract().Call(a, b)</c>. Shapes must be equal or broadcast.</summary>
/// <param name="name">The name, unique in a model. Default <c>subtract</c>, numbered.</param>
public sealed class Subtract(string? name = null) : ElementwiseMerge(name)
{
    private protected override string OnnxOperator => "Sub";

    internal static Subtract FromConfig(KerasConfig config) => new(config.Name());

    private protected override TensorShape MergeShapes(IReadOnlyList<TensorShape> shapes)
    {
        RequireTwo(shapes);
        return base.MergeShapes(shapes);
    }

    // TensorFlow.js lacks this layer.
    private protected override TensorFlowJsTensor MergeInTensorFlowJs(TensorFlowJsModel model, IReadOnlyList<TensorFlowJsTensor> inputs) =>
        AddTo(model, "Add", [], [inputs[0], AddTo(model, "Rescaling", new() { ["scale"] = -1, ["offset"] = 0 }, [inputs[1]])]);

    private protected override Tensor Combine(Tensor x, Tensor y) => x - y;
}
