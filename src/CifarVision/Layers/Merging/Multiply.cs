using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Multiplies its inputs elementwise: <c>new Multiply().Call(a, b)</c>. Shapes must be equal or broadcast.</summary>
/// <param name="name">The name, unique in a model. Default <c>multiply</c>, numbered.</param>
public sealed class Multiply(string? name = null) : ElementwiseMerge(name)
{
    private protected override string OnnxOperator => "Mul";

    internal static Multiply FromConfig(KerasConfig config) => new(config.Name());

    private protected override Tensor Combine(Tensor x, Tensor y) => x.mul(y);
}
