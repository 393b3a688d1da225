using System.Text.Json.Nodes;

namespace CifarVision.Constraints;

/// <summary>Scales the norms of a weight to 1.</summary>
/// <param name="axis">The axes along which norms are computed. Default 0, the inputs of a Dense kernel; 0, 1 and 2 for a Conv2D kernel.</param>
public sealed class UnitNorm(params IEnumerable<int> axis) : NormConstraint(axis)
{
    /// <inheritdoc/>
    public override JsonObject GetConfig() => WithAxis([]);

    private protected override Tensor Desired(Tensor norms) => torch.ones_like(norms);
}
