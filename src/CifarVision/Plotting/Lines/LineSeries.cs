namespace CifarVision.Plotting.Lines;

/// <summary>One curve of a <see cref="LinePanel"/>.</summary>
/// <param name="Label">The name in the legend.</param>
/// <param name="Xs">The x values, ascending.</param>
/// <param name="Ys">The y values, of the same number; a value that is not finite interrupts the curve.</param>
internal sealed record LineSeries(string Label, IReadOnlyList<double> Xs, IReadOnlyList<double> Ys)
{
    // Pixel positions are differences of two values, which must not overflow.
    private const double Largest = 1e300;

    private const int MarkedPoints = 12;

    /// <summary>The look. Default that of the first curve.</summary>
    public LineLook Look { get; init; } = LineLook.Of(0);

    /// <summary>Whether the curve is in the legend.</summary>
    public bool IsNamed { get; init; } = true;

    /// <summary>Whether to mark the points: the curve is not in the background and has few points.</summary>
    public bool IsMarked => IsNamed && Xs.Count <= MarkedPoints;

    /// <summary>Returns the curve for the background: thin, and not in the legend.</summary>
    public LineSeries Behind() => this with { Look = Look.Faint(), IsNamed = false };

    /// <summary>Returns the smoothed curve.</summary>
    public LineSeries Smooth(double factor) => this with { Ys = Smoothing.Apply(Ys, factor) };

    /// <summary>Returns the sections of points without an interruption.</summary>
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
