using CifarVision.Evaluation;
using CifarVision.Metrics;

namespace CifarVision.Plotting;

/// <summary>Pictures of a confusion matrix.</summary>
public static class ConfusionMatrixPlot
{
    private const int DefaultSide = 800;

    /// <summary>
    /// Saves the matrix as a table with a row per true class and a column per predicted class. The darkness of a cell is its fraction of the row; the diagonal
    /// has the correct predictions. Cells without samples are empty. If the cells are too small for numbers, they only have colors.
    /// </summary>
    /// <param name="matrix">The matrix, filled by its Update.</param>
    /// <param name="path">A file that ends with <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="classNames">The names of the classes. Default their indices.</param>
    /// <param name="normalize">Whether to show percentages of the row instead of numbers of samples. Default false.</param>
    /// <param name="width">The width in pixels, 100 to 10,000. Default 800. Text scales with the picture.</param>
    /// <param name="height">The height in pixels, 100 to 10,000. Default 800.</param>
    /// <exception cref="ArgumentException">The number of names differs from the number of classes, or the path ends with neither .png nor .svg.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width or height is not 100 to 10,000.</exception>
    /// <exception cref="InvalidOperationException">A label was not a class.</exception>
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
