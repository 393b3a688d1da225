namespace CifarVision.Plotting;

/// <summary>One curve of a <see cref="LinePanel"/>.</summary>
/// <param name="Label">Its name in the legend.</param>
/// <param name="Xs">Ascending.</param>
/// <param name="Ys">As many; where a value is not finite the curve is interrupted.</param>
internal sealed record LineSeries(string Label, IReadOnlyList<double> Xs, IReadOnlyList<double> Ys)
{
    // A pixel's position is a difference of two values, which must not overflow.
    private const double Largest = 1e300;

    private const int MarkedPoints = 12;

    /// <summary>Whether there are so few points that a reader wants to see where they are.</summary>
    public bool IsMarked => Xs.Count <= MarkedPoints;

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
