using CifarVision.Runtime;

namespace CifarVision.Initializers;

/// <summary>Truncated normal values with standard deviation sqrt(1 / fanIn) after truncation at two standard deviations, as SELU requires.</summary>
/// <remarks>Source: Klambauer et al., "Self-normalizing neural networks", NIPS 2017.</remarks>
/// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
public sealed class LecunNormal(long? seed = null) : Initializer(seed)
{
    /// <inheritdoc/>
    protected override void Generate(Span<float> values, TensorShape shape, RandomStream random) =>
        FanScaling.Fill(values, shape, random, 1, VarianceScalingMode.FanIn, VarianceScalingDistribution.TruncatedNormal);
}
