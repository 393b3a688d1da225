using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Constraints;

/// <summary>The base of constraints on the Euclidean norms of a weight along some of its axes.</summary>
public abstract class NormConstraint : Constraint
{
    // Keras' backend.epsilon().
    private const double Epsilon = 1e-7;

    private protected NormConstraint(IEnumerable<int> axis)
    {
        ArgumentNullException.ThrowIfNull(axis);
        Axis = [.. axis.DefaultIfEmpty(0)];
    }

    /// <summary>The axes along which norms are computed: 0 for a Dense kernel, 0, 1 and 2 for a Conv2D kernel.</summary>
    public IReadOnlyList<int> Axis { get; }

    /// <inheritdoc/>
    public override Tensor Call(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor norms = weight.Square().sum([.. Axis.Select(axis => (long)axis)], keepdim: true).sqrt();
        Tensor constrained = scope.MoveToOuter(weight * (Desired(norms) / norms.Add(Epsilon)));
        GC.KeepAlive(weight);
        return constrained;
    }

    /// <summary>Computes the constrained norms.</summary>
    /// <param name="norms">The norms of the weight.</param>
    private protected abstract Tensor Desired(Tensor norms);

    /// <summary>Adds the axes in Keras' format: a number, or a list.</summary>
    private protected JsonObject WithAxis(JsonObject config)
    {
        config["axis"] = Axis.Count == 1 ? Axis[0] : new JsonArray([.. Axis.Select(axis => (JsonNode)axis)]);
        return config;
    }

    private protected static double RequireNorm(double value, string type, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, FormattableString.Invariant($"{type}: {name} must be at least 0, but was {value}."));
}
