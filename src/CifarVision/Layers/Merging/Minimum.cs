using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Computes the elementwise minimum of its inputs: <c>new Minimum().Call(a, b)</c>. Shapes must be equal or broadcast.</summary>
/// <param name="name">The name, unique in a model. Default <c>minimum</c>, numbered.</param>
public sealed class Minimum(string? name = null) : ElementwiseMerge(name)
{
    private protected override string OnnxOperator => "Min";

    internal static Minimum FromConfig(KerasConfig config) => new(config.Name());

    private protected override Tensor Combine(Tensor x, Tensor y) => torch.minimum(x, y);
}
