using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Regularizers;

/// <summary>The penalty <c>l2 * sum(w * w)</c>, which keeps weights small. As in Keras it has no factor of one half.</summary>
/// <param name="l2">The factor, 0 or more. Default 0.01.</param>
/// <exception cref="ArgumentOutOfRangeException">The factor is negative or not finite.</exception>
public sealed class L2(double l2 = 0.01) : Regularizer
{
    /// <summary>The factor.</summary>
    public double Factor { get; } = RequireFactor(l2, nameof(L2), nameof(l2));

    /// <inheritdoc/>
    public override Tensor Call(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor penalty = scope.MoveToOuter(weight.Square().sum().Multiply(Factor));
        GC.KeepAlive(weight);
        return penalty;
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig() => new() { ["l2"] = Factor };
}
