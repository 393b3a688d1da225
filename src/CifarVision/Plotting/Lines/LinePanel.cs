namespace CifarVision.Plotting.Lines;

/// <summary>The content of a panel: curves over epochs or over fractions.</summary>
/// <param name="Title">The title above the panel.</param>
/// <param name="XLabel">The label of the horizontal axis.</param>
/// <param name="YLabel">The label of the vertical axis.</param>
/// <param name="Series">The curves, at least one.</param>
internal sealed record LinePanel(string Title, string XLabel, string YLabel, IReadOnlyList<LineSeries> Series)
{
    /// <summary>Whether the panel has a legend of its own.</summary>
    public bool HasLegend { get; init; } = true;

    /// <summary>Whether the horizontal axis has whole numbers, such as epochs. Default true.</summary>
    public bool HasWholeNumbers { get; init; } = true;

    /// <summary>Whether both axes go from 0 to 1, whatever the curves are.</summary>
    public bool IsUnitSquare { get; init; }

    /// <summary>Whether the values are decimal logarithms of the values on the axis.</summary>
    public bool IsLogarithmic { get; init; }
}
