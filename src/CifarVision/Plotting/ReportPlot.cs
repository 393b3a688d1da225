using CifarVision.Evaluation;

namespace CifarVision.Plotting;

/// <summary>Pictures of a classification report.</summary>
public static class ReportPlot
{
    /// <summary>Saves the report as a table with a row for each class and bars for precision, recall and F1 score; the averages and the accuracy are below.</summary>
    /// <param name="report">The report.</param>
    /// <param name="path">A file that ends with <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="scale">The pixels per unit of the drawing, 0.25 to 10; text is 12 units high. Default 1.</param>
    /// <exception cref="ArgumentException">The path ends with neither .png nor .svg, or a side of the picture would have more than 10,000 pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not from 0.25 to 10.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePlot(this ClassificationReport report, string path, double scale = 1)
    {
        ArgumentNullException.ThrowIfNull(report);
        var figure = new ReportFigure(report);
        PlotFile.Save(path, figure.Size, scale, nameof(ReportPlot), figure.Draw);
    }
}
