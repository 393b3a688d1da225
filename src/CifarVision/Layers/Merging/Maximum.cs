using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Computes the elementwise maximum of its inputs: <c>new Maximum().Call(a, b)</c>. Shapes must be equal or broadcast.</summary>
/// <param name="name">The name, unique in a model. Default <c>maximum</c>, numbered.</param>
public sealed class Maximum(string? name = null) : ElementwiseMerge(name)
{
    private protected override string OnnxOperator => "Max";

    internal static Maximum FromConfig(KerasConfig config) => new(config.Name());

    private protected override Tensor Combine(Tensor x, Tensor y) => torch.maximum(x, y);
}
