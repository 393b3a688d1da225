using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Constraints;

/// <summary>Keeps the norms of a weight between two limits, or moves them toward the limits by a fraction at each step.</summary>
/// <param name="minValue">The smallest norm, 0 or more. Default 0.</param>
/// <param name="maxValue">The largest norm, 0 or more. Default 1.</param>
/// <param name="rate">The fraction, from 0 to 1. Default 1.</param>
/// <param name="axis">The axes along which norms are computed. Default 0, the inputs of a Dense kernel; 0, 1 and 2 for a Conv2D kernel.</param>
/// <exception cref="ArgumentOutOfRangeException">A limit is negative or not finite, or the rate is outside 0 to 1.</exception>
public sealed class MinMaxNorm(double minValue = 0, double maxValue = 1, double rate = 1, params IEnumerable<int> axis) : NormConstraint(axis)
{
    /// <summary>The smallest norm.</summary>
    public double MinValue { get; } = RequireNorm(minValue, nameof(MinMaxNorm), nameof(minValue));

    /// <summary>The largest norm.</summary>
    public double MaxValue { get; } = RequireNorm(maxValue, nameof(MinMaxNorm), nameof(maxValue));

    /// <summary>The fraction by which a step moves the norms toward the limits.</summary>
    public double Rate { get; } = rate is >= 0 and <= 1
        ? rate
        : throw new ArgumentOutOfRangeException(nameof(rate), FormattableString.Invariant($"MinMaxNorm: rate must be from 0 to 1, but was {rate}."));

    /// <inheritdoc/>
    public override JsonObject GetConfig() => WithAxis(new() { ["min_value"] = MinValue, ["max_value"] = MaxValue, ["rate"] = Rate });

    private protected override Tensor Desired(Tensor norms) => norms.Clamp(MinValue, MaxValue).Multiply(Rate).Add(norms.Multiply(1 - Rate));
}
