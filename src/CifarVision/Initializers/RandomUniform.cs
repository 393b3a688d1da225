using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Initializers;

/// <summary>Uniformly distributed values.</summary>
public sealed class RandomUniform : Initializer
{
    /// <summary>Creates the initializer.</summary>
    /// <param name="minval">The lower bound, inclusive. Default -0.05.</param>
    /// <param name="maxval">The upper bound, exclusive, at least <paramref name="minval"/>. Default 0.05.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <exception cref="ArgumentException">The bounds are in the wrong order, or not finite.</exception>
    public RandomUniform(double minval = -0.05, double maxval = 0.05, long? seed = null)
        : base(seed)
    {
        if (!(minval <= maxval && double.IsFinite(maxval - minval)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"RandomUniform: minval must be finite and at most maxval, but was {minval} with maxval {maxval}."), nameof(minval));
        }

        Minval = minval;
        Maxval = maxval;
    }

    /// <summary>The lower bound, inclusive.</summary>
    public double Minval { get; }

    /// <summary>The upper bound, exclusive.</summary>
    public double Maxval { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig() => new() { ["minval"] = Minval, ["maxval"] = Maxval, ["seed"] = Seed };

    /// <inheritdoc/>
    protected override void Generate(Span<float> values, TensorShape shape, RandomStream random) => random.NextUniform(values, Minval, Maxval);
}
