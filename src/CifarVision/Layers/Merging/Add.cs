using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Adds its inputs elementwise: <c>new Add().Call(a, b)</c>. Shapes must be equal or broadcast.</summary>
/// <param name="name">The name, unique in a model. Default <c>add</c>, numbered.</param>
public sealed class Add(string? name = null) : ElementwiseMerge(name)
{
    private protected override string OnnxOperator => "Add";

    internal static Add FromConfig(KerasConfig config) => new(config.Name());

    private protected override Tensor Combine(Tensor x, Tensor y) => x.Add(y);
}
