namespace CifarVision.Models;

/// <summary>A column of a summary.</summary>
/// <param name="Title">The header.</param>
/// <param name="Width">The width in cells, without the blank on either side.</param>
/// <param name="Alignment">The alignment of header and cells.</param>
internal sealed record SummaryColumn(string Title, int Width, CellAlignment Alignment = CellAlignment.Left)
{
    private const int LeastWidth = 4;

    /// <summary>The columns of costs, to the right of Keras' columns.</summary>
    public static IReadOnlyList<SummaryColumn> Costs { get; } =
        [new("FLOPs", 13, CellAlignment.Right), new("Activations", 11, CellAlignment.Right), new("Weights", 10, CellAlignment.Right)];

    /// <summary>Keras' columns.</summary>
    /// <param name="lineLength">The width of the table.</param>
    /// <param name="hasConnections">Whether to add the column of connections.</param>
    /// <param name="hasTrainable">Whether to add the column of trainability.</param>
    /// <exception cref="ArgumentOutOfRangeException">The table is too narrow.</exception>
    public static IReadOnlyList<SummaryColumn> ForKeras(int lineLength, bool hasConnections, bool hasTrainable)
    {
        List<(string Title, double End, CellAlignment Alignment)> columns = hasConnections
            ?
            [
                ("Layer (type)", 0.3, CellAlignment.Left), ("Output Shape", 0.56, CellAlignment.Left), ("Param #", 0.74, CellAlignment.Right),
                ("Connected to", 1, CellAlignment.Left),
            ]
            : [("Layer (type)", 0.45, CellAlignment.Left), ("Output Shape", 0.8, CellAlignment.Left), ("Param #", 1, CellAlignment.Right)];
        if (hasTrainable)
            columns = [.. columns.Select(column => column with { End = column.End * 0.9 }), ("Trainable", 1, CellAlignment.Center)];
        int[] ends = [.. columns.Select(column => (int)(column.End * lineLength))];
        int[] widths = [.. ends.Select((end, i) => end - (i == 0 ? 0 : ends[i - 1]))];
        if (widths.Min() < LeastWidth)
            throw new ArgumentOutOfRangeException(nameof(lineLength), FormattableString.Invariant($"Model: lineLength must leave at least {LeastWidth} cells for each of {columns.Count} columns, but was {lineLength}. Pass at least 80."));
        return [.. columns.Zip(MakeRoomForBorders(widths), (column, width) => new SummaryColumn(column.Title, width, column.Alignment))];
    }

    // Keras gives Rich widths without borders and blanks. Rich then takes the same from every column, as far as whole numbers allow.
    private static int[] MakeRoomForBorders(int[] widths)
    {
        int excess = (2 * widths.Length) + widths.Length + 1;
        for (int i = 0; i < widths.Length; i++)
        {
            int less = (int)Math.Round((double)excess / (widths.Length - i), MidpointRounding.ToEven);
            widths[i] -= less;
            excess -= less;
        }

        return widths;
    }
}
