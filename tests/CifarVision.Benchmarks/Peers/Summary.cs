using CifarVision.Benchmarks.Measuring;

namespace CifarVision.Benchmarks.Peers;

/// <summary>A figure of several rounds.</summary>
/// <param name="Figure">The median.</param>
/// <param name="Lowest">The lowest of the rounds.</param>
/// <param name="Highest">The highest of the rounds.</param>
internal sealed record Summary(Figure Figure, double Lowest, double Highest)
{
    public static Summary Of(IReadOnlyList<Figure> rounds)
    {
        double[] values = [.. rounds.Select(round => round.Value)];
        return new Summary(rounds[0] with { Value = Measurement.Median(values) }, values.Min(), values.Max());
    }
}
