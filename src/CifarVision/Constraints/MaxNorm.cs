using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Constraints;

/// <summary>Limits the norms of a weight: larger ones are scaled down to the limit.</summary>
/// <param name="maxValue">The largest norm, 0 or more. Default 2.</param>
/// <param name="axis">The axes along which norms are computed. Default 0, the inputs of a Dense kernel; 0, 1 and 2 for a Conv2D kernel.</param>
/// <exception cref="ArgumentOutOfRangeException">The limit is negative or not finite.</exception>
public sealed class MaxNorm(double maxValue = 2, params IEnumerable<int> axis) : NormConstraint(axis)
{
    /// <summary>The largest norm.</summary>
    public double MaxValue { get; } = RequireNorm(maxValue, nameof(MaxNorm), nameof(maxValue));

    /// <inheritdoc/>
    public override JsonObject GetConfig() => WithAxis(new() { ["max_value"] = MaxValue });

    private protected override Tensor Desired(Tensor norms) => norms.ClampMax(MaxValue);
}
