using CifarVision.Runtime;

namespace CifarVision.Initializers;

/// <summary>Normal numbers of standard deviation sqrt(1 / fanIn), that of the distribution after a cut at two: what selu expects.</summary>
/// <remarks>Source: Klambauer et al., "Self-normalizing neural networks", NIPS 2017.</remarks>
/// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
public sealed class LecunNormal(long? seed = null) : Initializer(seed)
{
    /// <inheritdoc/>
    protected override void Generate(Span<float> values, TensorShape shape, RandomStream random) =>
        FanScaling.Fill(values, shape, random, 1, VarianceScalingMode.FanIn, VarianceScalingDistribution.TruncatedNormal);
}
