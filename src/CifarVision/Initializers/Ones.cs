using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Initializers;

/// <summary>Sets every value to 1.</summary>
public sealed class Ones : Initializer
{
    /// <inheritdoc/>
    public override JsonObject GetConfig() => [];

    /// <inheritdoc/>
    protected override void Generate(Span<float> values, TensorShape shape, RandomStream random) => values.Fill(1);
}
