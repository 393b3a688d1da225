namespace CifarVision.Benchmarks.Service;

/// <summary>What clients of a service saw.</summary>
/// <param name="Milliseconds">The time of each answer.</param>
/// <param name="Failed">The requests that were not answered with a classification.</param>
/// <param name="Duration">How long they asked.</param>
internal sealed record LoadFigures(IReadOnlyList<double> Milliseconds, int Failed, TimeSpan Duration)
{
    /// <summary>Answers a second.</summary>
    public double PerSecond => Milliseconds.Count / Duration.TotalSeconds;

    /// <summary>Adds the figures of clients that asked at the same time.</summary>
    public static LoadFigures Sum(IReadOnlyList<LoadFigures> clients, TimeSpan duration) =>
        new([.. clients.SelectMany(client => client.Milliseconds).Order()], clients.Sum(client => client.Failed), duration);

    /// <summary>The time within which a share of the answers came; only of a sum, whose times are in order.</summary>
    public double Percentile(double share) =>
        Milliseconds.Count == 0 ? double.NaN : Milliseconds[Math.Min(Milliseconds.Count - 1, (int)(share * Milliseconds.Count))];
}
