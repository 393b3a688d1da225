namespace CifarVision.Reports.Charts;

/// <summary>A curve of a <see cref="CurveChart"/>.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="X">The places, ascending.</param>
/// <param name="Y">A value for each place; values that are not finite interrupt the curve.</param>
/// <param name="At">The value at each position where a reader can stand; null for none.</param>
internal sealed record ChartSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<double?> At)
{
    /// <summary>Whether the curve is dashed, so that it differs by more than its color.</summary>
    public bool IsDashed { get; init; }

    /// <summary>Whether it only guides the eye, without values to read.</summary>
    public bool IsGuide { get; init; }
}
