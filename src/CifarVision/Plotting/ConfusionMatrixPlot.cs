using CifarVision.Metrics;

namespace CifarVision.Plotting;

/// <summary>Pictures of a confusion matrix.</summary>
public static class ConfusionMatrixPlot
{
    private const int DefaultSide = 800;

    /// <summary>
    /// Saves the matrix as a table: a row for each true class, a column for each predicted one, each cell as dark as its share of its row. The
    /// diagonal is what was right. Cells without samples are empty; where cells are too small for numbers, the colours alone speak.
    /// </summary>
    /// <param name="matrix">Filled by its Update.</param>
    /// <param name="path">Ends in <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="classNames">A name for each class. Default their numbers.</param>
    /// <param name="normalize">Whether cells say percent of their row instead of samples. Default false.</param>
    /// <param name="width">In pixels, 100 to 10,000. Default 800. Text grows with the picture.</param>
    /// <param name="height">In pixels, 100 to 10,000. Default 800.</param>
    /// <exception cref="ArgumentException">The names are not as many as the classes, or the path ends in neither .png nor .svg.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width or height is not 100 to 10,000.</exception>
    /// <exception cref="InvalidOperationException">Labels that are no class were counted.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePlot(
        this ConfusionMatrix matrix, string path, IReadOnlyList<string>? classNames = null, bool normalize = false, int width = DefaultSide, int height = DefaultSide)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var table = new ShareTable(matrix.Counts(), normalize);
        IReadOnlyList<string> names = NamedClasses.ForAll(classNames, matrix.NumClasses, nameof(ConfusionMatrix));
        float unit = PlotFigure.Unit(width, height, DefaultSide, DefaultSide);
        PlotFile.Save(path, width, height, unit, (canvas, size) => new ConfusionMatrixFigure(table, names, size, unit).Draw(canvas));
    }
}
