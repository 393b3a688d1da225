using CifarVision.Runtime;

namespace CifarVision.Initializers;

/// <summary>Uniform values within +-sqrt(3 / fanIn).</summary>
/// <remarks>Source: LeCun, Bottou, Orr, Müller, "Efficient BackProp", 1998.</remarks>
/// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
public sealed class LecunUniform(long? seed = null) : Initializer(seed)
{
    /// <inheritdoc/>
    protected override void Generate(Span<float> values, TensorShape shape, RandomStream random) =>
        FanScaling.Fill(values, shape, random, 1, VarianceScalingMode.FanIn, VarianceScalingDistribution.Uniform);
}
