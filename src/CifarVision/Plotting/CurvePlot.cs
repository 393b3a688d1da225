using System.Globalization;
using CifarVision.Evaluation;
using CifarVision.Plotting.Lines;

namespace CifarVision.Plotting;

/// <summary>Pictures of ROC and precision-recall curves.</summary>
public static class CurvePlot
{
    private const int DefaultSide = 700;

    // Of more curves, only the worst are named.
    private const int MostNamed = 12;
    private const int NamedOfMany = 6;

    private const float WidestName = 220;
    private const float WidestInLegend = 170;

    // Points nearer than this cannot be told apart.
    private const double Resolution = 0.001;

    /// <summary>
    /// Saves the ROC curves in one picture, with a dashed line for chance and the area of each class in the legend. Of more than 12 classes, the six with the smallest
    /// areas are named, and the others are gray.
    /// </summary>
    /// <param name="curves">The curves.</param>
    /// <param name="path">A file that ends with <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="width">The width in pixels, 100 to 10,000. Default 700. Text scales with the picture.</param>
    /// <param name="height">The height in pixels, 100 to 10,000. Default 700.</param>
    /// <exception cref="ArgumentException">The path ends with neither .png nor .svg.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width or height is not from 100 to 10,000.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePlot(this RocCurves curves, string path, int width = DefaultSide, int height = DefaultSide)
    {
        ArgumentNullException.ThrowIfNull(curves);
        (string, double, LineSeries)[] lines = [.. curves.Curves.Where(curve => curve.Thresholds.Count > 0).Select(curve => (curve.ClassName, curve.Area, Line(curve.FalsePositiveRates, curve.TruePositiveRates)))];
        Save(path, width, height, "ROC", "area", curves.MacroArea, "False positive rate", "True positive rate", lines, [Reference.Diagonal]);
    }

    /// <summary>
    /// Saves the precision-recall curves in one picture, as steps, with the average precision of each class in the legend. Of more than 12 classes, the six with the
    /// smallest average precision are named, and the others are gray.
    /// </summary>
    /// <param name="curves">The curves.</param>
    /// <param name="path">A file that ends with <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="width">The width in pixels, 100 to 10,000. Default 700. Text scales with the picture.</param>
    /// <param name="height">The height in pixels, 100 to 10,000. Default 700.</param>
    /// <exception cref="ArgumentException">The path ends with neither .png nor .svg.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width or height is not from 100 to 10,000.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePlot(this PrecisionRecallCurves curves, string path, int width = DefaultSide, int height = DefaultSide)
    {
        ArgumentNullException.ThrowIfNull(curves);
        (string, double, LineSeries)[] lines = [.. curves.Curves.Where(curve => curve.Thresholds.Count > 0).Select(curve => (curve.ClassName, curve.AveragePrecision, Steps(curve)))];
        Save(path, width, height, "Precision and recall", "average precision", curves.MacroAveragePrecision, "Recall", "Precision", lines, []);
    }

    private static void Save(
        string path, int width, int height, string title, string measure, double mean, string xLabel, string yLabel, (string Name, double Area, LineSeries Line)[] lines, LineSeries[] references)
    {
        string subject = lines.Length == 1 ? $"{title} of {PlotText.Shorten(lines[0].Name, PlotFigure.TitleText, WidestName)}" : title;
        string value = string.Create(CultureInfo.InvariantCulture, $"{(lines.Length == 1 ? "" : "mean ")}{measure} {mean:F3}");
        bool areMany = lines.Length > MostNamed;
        HashSet<int> named = [.. Enumerable.Range(0, lines.Length).OrderBy(i => lines[i].Area).Take(areMany ? NamedOfMany : lines.Length)];
        List<(string, LineLook)> items = [];
        List<LineSeries> series = [.. references, .. lines.Where((_, i) => !named.Contains(i)).Select(one => one.Line with { Look = LineLook.Others })];
        foreach (int i in named.Order())
        {
            LineLook look = LineLook.Of(items.Count);
            items.Add((string.Create(CultureInfo.InvariantCulture, $"{PlotText.Shorten(lines[i].Name, PlotFigure.SmallText, WidestInLegend)} ({lines[i].Area:F3})"), look));
            series.Add(lines[i].Line with { Look = look });
        }

        string note = areMany ? string.Create(CultureInfo.InvariantCulture, $"(gray: {lines.Length - NamedOfMany} better ones)") : "";
        var panel = new LinePanel($"{subject}: {value}", xLabel, yLabel, series) { HasLegend = false, HasWholeNumbers = false, IsUnitSquare = true };
        PlotFigure.SaveColumns(path, width, height, [panel], lines.Length == 1 ? null : new FigureLegend(items, isMarked: false, note), DefaultSide, DefaultSide);
    }

    // Each precision holds from the recall before it to its own, as in the average precision.
    private static LineSeries Steps(PrecisionRecallCurve curve)
    {
        List<double> xs = [];
        List<double> ys = [];
        for (int i = curve.Recalls.Count - 2; i >= 0; i--)
        {
            if (curve.Recalls[i] == curve.Recalls[i + 1])
                continue;
            xs.AddRange([curve.Recalls[i + 1], curve.Recalls[i]]);
            ys.AddRange([curve.Precisions[i], curve.Precisions[i]]);
        }

        return Line(xs, ys);
    }

    private static LineSeries Line(IReadOnlyList<double> xs, IReadOnlyList<double> ys)
    {
        List<int> kept = [0];
        for (int i = 1; i < xs.Count; i++)
        {
            if (i == xs.Count - 1 || Math.Abs(xs[i] - xs[kept[^1]]) >= Resolution || Math.Abs(ys[i] - ys[kept[^1]]) >= Resolution)
                kept.Add(i);
        }

        return new LineSeries("", [.. kept.Select(i => xs[i])], [.. kept.Select(i => ys[i])]) { IsNamed = false };
    }
}
