using CifarVision.Runtime;

namespace CifarVision.Initializers;

/// <summary>Truncated normal values with standard deviation sqrt(2 / (fanIn + fanOut)) after truncation at two standard deviations.</summary>
/// <remarks>Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.</remarks>
/// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
public sealed class GlorotNormal(long? seed = null) : Initializer(seed)
{
    /// <inheritdoc/>
    protected override void Generate(Span<float> values, TensorShape shape, RandomStream random) =>
        FanScaling.Fill(values, shape, random, 1, VarianceScalingMode.FanAvg, VarianceScalingDistribution.TruncatedNormal);
}
