using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Initializers;

/// <summary>Sets every value to 0.</summary>
public sealed class Zeros : Initializer
{
    /// <inheritdoc/>
    public override JsonObject GetConfig() => [];

    /// <inheritdoc/>
    protected override void Generate(Span<float> values, TensorShape shape, RandomStream random) => values.Clear();
}
