using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Regularizers;

/// <summary>The penalty <c>l1 * sum(|w|)</c>, which favors weights of exactly 0.</summary>
/// <param name="l1">The factor, 0 or more. Default 0.01.</param>
/// <exception cref="ArgumentOutOfRangeException">The factor is negative or not finite.</exception>
public sealed class L1(double l1 = 0.01) : Regularizer
{
    /// <summary>The factor.</summary>
    public double Factor { get; } = RequireFactor(l1, nameof(L1), nameof(l1));

    /// <inheritdoc/>
    public override Tensor Call(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor penalty = scope.MoveToOuter(weight.abs().sum().Multiply(Factor));
        GC.KeepAlive(weight);
        return penalty;
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig() => new() { ["l1"] = Factor };
}
