namespace CifarVision.Plotting.Lines;

/// <summary>What one panel of a figure shows: curves over whole numbers, such as epochs.</summary>
/// <param name="Title">Above the panel.</param>
/// <param name="XLabel">Below it.</param>
/// <param name="YLabel">Beside it.</param>
/// <param name="Series">At least one.</param>
internal sealed record LinePanel(string Title, string XLabel, string YLabel, IReadOnlyList<LineSeries> Series)
{
    /// <summary>Whether the panel has a legend of its own.</summary>
    public bool HasLegend { get; init; } = true;

    /// <summary>Whether the values are decimal logarithms of those that the axis shows.</summary>
    public bool IsLogarithmic { get; init; }
}
