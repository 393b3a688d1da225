namespace CifarVision.Plotting.Lines;

/// <summary>One curve of a <see cref="LinePanel"/>.</summary>
/// <param name="Label">Its name in the legend.</param>
/// <param name="Xs">Ascending.</param>
/// <param name="Ys">As many; where a value is not finite the curve is interrupted.</param>
internal sealed record LineSeries(string Label, IReadOnlyList<double> Xs, IReadOnlyList<double> Ys)
{
    // A pixel's position is a difference of two values, which must not overflow.
    private const double Largest = 1e300;

    private const int MarkedPoints = 12;

    /// <summary>How it is drawn. Default as the first curve.</summary>
    public LineLook Look { get; init; } = LineLook.Of(0);

    /// <summary>Whether the legend names it.</summary>
    public bool IsNamed { get; init; } = true;

    /// <summary>Whether it is no curve behind others, and has so few points that a reader wants to see where they are.</summary>
    public bool IsMarked => IsNamed && Xs.Count <= MarkedPoints;

    /// <summary>The curve behind others: thin, and not in the legend.</summary>
    public LineSeries Behind() => this with { Look = Look.Faint(), IsNamed = false };

    /// <summary>The curve with each value averaged over those before it.</summary>
    public LineSeries Smooth(double factor) => this with { Ys = Smoothing.Apply(Ys, factor) };

    /// <summary>The stretches of points without an interruption.</summary>
    public IEnumerable<(double X, double Y)[]> Runs()
    {
        var run = new List<(double X, double Y)>();
        for (int i = 0; i < Xs.Count; i++)
        {
            if (Math.Abs(Ys[i]) <= Largest)
            {
                run.Add((Xs[i], Ys[i]));
            }
            else if (run.Count > 0)
            {
                yield return [.. run];
                run.Clear();
            }
        }

        if (run.Count > 0)
            yield return [.. run];
    }
}
