using CifarVision.Runtime;

namespace CifarVision.Initializers;

/// <summary>Truncated normal values with standard deviation sqrt(2 / fanIn) after truncation at two standard deviations, suited to ReLU.</summary>
/// <remarks>Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015.</remarks>
/// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
public sealed class HeNormal(long? seed = null) : Initializer(seed)
{
    /// <inheritdoc/>
    protected override void Generate(Span<float> values, TensorShape shape, RandomStream random) =>
        FanScaling.Fill(values, shape, random, 2, VarianceScalingMode.FanIn, VarianceScalingDistribution.TruncatedNormal);
}
