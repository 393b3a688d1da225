using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Initializers;

/// <summary>Sets every value to one number.</summary>
public sealed class Constant : Initializer
{
    /// <summary>Creates the initializer.</summary>
    /// <param name="value">Any finite number. Default 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public Constant(double value = 0)
    {
        Value = Require.Finite(value, this);
    }

    /// <summary>The value.</summary>
    public double Value { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig() => new() { ["value"] = Value };

    /// <inheritdoc/>
    protected override void Generate(Span<float> values, TensorShape shape, RandomStream random) => values.Fill((float)Value);
}
