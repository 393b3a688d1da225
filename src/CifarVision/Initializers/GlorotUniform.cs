using CifarVision.Runtime;

namespace CifarVision.Initializers;

/// <summary>Uniform values within +-sqrt(6 / (fanIn + fanOut)), Keras' default for kernels.</summary>
/// <remarks>Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.</remarks>
/// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
public sealed class GlorotUniform(long? seed = null) : Initializer(seed)
{
    /// <inheritdoc/>
    protected override void Generate(Span<float> values, TensorShape shape, RandomStream random) =>
        FanScaling.Fill(values, shape, random, 1, VarianceScalingMode.FanAvg, VarianceScalingDistribution.Uniform);
}
