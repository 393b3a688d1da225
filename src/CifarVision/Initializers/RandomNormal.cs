using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Initializers;

/// <summary>Normally distributed values.</summary>
public sealed class RandomNormal : Initializer
{
    /// <summary>Creates the initializer.</summary>
    /// <param name="mean">The mean of the distribution. Default 0.</param>
    /// <param name="stddev">The standard deviation of the distribution; 0 or more. Default 0.05.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is negative, or a number is not finite.</exception>
    public RandomNormal(double mean = 0, double stddev = 0.05, long? seed = null)
        : base(seed)
    {
        Mean = Require.Finite(mean, this);
        Stddev = Require.AtLeastZero(stddev, this);
    }

    /// <summary>The mean of the distribution.</summary>
    public double Mean { get; }

    /// <summary>The standard deviation of the distribution.</summary>
    public double Stddev { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig() => new() { ["mean"] = Mean, ["stddev"] = Stddev, ["seed"] = Seed };

    /// <inheritdoc/>
    protected override void Generate(Span<float> values, TensorShape shape, RandomStream random) => random.NextNormal(values, Mean, Stddev);
}
