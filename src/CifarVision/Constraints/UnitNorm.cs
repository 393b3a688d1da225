using System.Text.Json.Nodes;

namespace CifarVision.Constraints;

/// <summary>Scales the norms of a weight to 1.</summary>
/// <param name="axis">The axes along which each norm is taken: <c>[0, 1, 2]</c> for a Conv2D kernel.</param>
public sealed class UnitNorm(IEnumerable<int> axis) : NormConstraint(axis)
{
    /// <summary>Scales the norms along one axis to 1.</summary>
    /// <param name="axis">The axis along which each norm is taken. Default 0, the inputs of a Dense kernel.</param>
    public UnitNorm(int axis = 0)
        : this([axis])
    {
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig() => WithAxis([]);

    private protected override Tensor Desired(Tensor norms) => torch.ones_like(norms);
}
