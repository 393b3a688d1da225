using CifarVision.History;
using ScottPlot;

namespace CifarVision.Plotting;

/// <summary>Pictures of a training history.</summary>
public static class HistoryPlot
{
    /// <summary>
    /// Saves the learning curves: a panel "Model accuracy" and a panel "Model loss" over the epochs, with a curve Train and, where there was
    /// validation, a curve Test. A model without <c>accuracy</c> shows its first other metric in its place, and the loss alone where it has
    /// none. Values that are not finite interrupt a curve.
    /// </summary>
    /// <param name="history">What Fit returned.</param>
    /// <param name="path">Ends in <c>.png</c> or <c>.svg</c>; its folder must exist. SVG holds text as outlines, so it needs no font.</param>
    /// <param name="width">In pixels, 100 to 10,000. Default 1000: 10 inches at 100 dots an inch. Text grows with the picture.</param>
    /// <param name="height">In pixels, 100 to 10,000. Default 500.</param>
    /// <exception cref="ArgumentException">The path ends in neither .png nor .svg.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width or height is not 100 to 10,000.</exception>
    /// <exception cref="InvalidOperationException">The history has no epoch with a loss or a metric.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePlot(this TrainingHistory history, string path, int width = PlotFigure.DefaultWidth, int height = PlotFigure.DefaultHeight)
    {
        ArgumentNullException.ThrowIfNull(history);
        Plot[] plots = [.. Panels(history).Select(LineChart.Create)];
        try
        {
            PlotFigure.SaveColumns(path, width, height, plots);
        }
        finally
        {
            foreach (Plot plot in plots)
                plot.Dispose();
        }
    }

    /// <summary>What the picture shows.</summary>
    internal static IReadOnlyList<LinePanel> Panels(TrainingHistory history)
    {
        string[] metrics = [.. history.History.Keys.Where(key => key is not ("loss" or "learning_rate") && !key.StartsWith("val_", StringComparison.Ordinal))];
        string? metric = metrics.Contains("accuracy") ? "accuracy" : metrics.FirstOrDefault();
        LinePanel[] panels = [.. new[] { metric, "loss" }.OfType<string>().Where(history.History.ContainsKey).Select(key => Panel(history, key))];
        return panels.Length > 0
            ? panels
            : throw new InvalidOperationException("HistoryPlot: the history must have an epoch with a loss or a metric, but has none. Train first.");
    }

    private static LinePanel Panel(TrainingHistory history, string key)
    {
        string name = key.Replace('_', ' ');
        var series = new List<LineSeries> { Series(history, "Train", key) };
        if (history.History.ContainsKey($"val_{key}"))
            series.Add(Series(history, "Test", $"val_{key}"));
        return new LinePanel($"Model {name}", "Epoch", $"{char.ToUpperInvariant(name[0])}{name[1..]}", series);
    }

    private static LineSeries Series(TrainingHistory history, string label, string key) =>
        new(label, [.. history.EpochsOf(key).Select(epoch => (double)epoch)], history.History[key]);
}
