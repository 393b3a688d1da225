using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Returns its input: a placeholder where no operation is to be performed. Any shape.</summary>
/// <param name="name">The name, unique in a model. Default <c>identity</c>, numbered.</param>
public sealed class Identity(string? name = null) : Layer(name)
{
    internal override bool IsIdentity => true;

    /// <inheritdoc/>
    protected override bool IsIdentityInInference => true;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

    internal static Identity FromConfig(KerasConfig config) => new(config.Name());

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => x;
}
