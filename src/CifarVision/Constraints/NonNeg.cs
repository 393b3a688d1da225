using System.Text.Json.Nodes;

namespace CifarVision.Constraints;

/// <summary>Sets the negative values of a weight to 0.</summary>
public sealed class NonNeg : Constraint
{
    /// <inheritdoc/>
    public override Tensor Call(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        Tensor constrained = weight.relu();
        GC.KeepAlive(weight);
        return constrained;
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig() => [];
}
