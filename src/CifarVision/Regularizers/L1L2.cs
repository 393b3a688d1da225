using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Regularizers;

/// <summary>The penalty <c>l1 * sum(|w|) + l2 * sum(w * w)</c>.</summary>
/// <param name="l1">The factor of the absolute values, 0 or more. Default 0.</param>
/// <param name="l2">The factor of the squares, 0 or more. Default 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A factor is negative or not finite.</exception>
public sealed class L1L2(double l1 = 0, double l2 = 0) : Regularizer
{
    /// <summary>The factor of the absolute values.</summary>
    public double L1Factor { get; } = RequireFactor(l1, nameof(L1L2), nameof(l1));

    /// <summary>The factor of the squares.</summary>
    public double L2Factor { get; } = RequireFactor(l2, nameof(L1L2), nameof(l2));

    /// <inheritdoc/>
    public override Tensor Call(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor penalty = scope.MoveToOuter(weight.abs().sum().Multiply(L1Factor).Add(weight.Square().sum().Multiply(L2Factor)));
        GC.KeepAlive(weight);
        return penalty;
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig() => new() { ["l1"] = L1Factor, ["l2"] = L2Factor };
}
