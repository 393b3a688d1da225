using CifarVision.History;
using CifarVision.Plotting.Lines;

namespace CifarVision.Plotting;

/// <summary>Pictures of several training histories.</summary>
public static class HistoryComparison
{
    /// <summary>
    /// Saves the learning curves of several runs: a panel "Model accuracy" and a panel "Model loss", with a curve per run and one legend below. If every run was
    /// validated, the curves are those of validation, with those of training as thin lines in the background; otherwise they are those of training. If not all
    /// histories have an <c>accuracy</c>, the first other metric that all have is shown instead.
    /// </summary>
    /// <param name="path">A file that ends with <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="histories">The histories, at least one, with their names for the legend: <c>[("LeNet", lenet), ("AlexNet", alexnet)]</c>.</param>
    /// <param name="width">The width in pixels, 100 to 10,000. Default 1000. Text scales with the picture.</param>
    /// <param name="height">The height in pixels, 100 to 10,000. Default 500.</param>
    /// <param name="smoothing">The smoothing factor, at least 0 and less than 1, as for one history; the unsmoothed values are then omitted. Default 0, no smoothing.</param>
    /// <exception cref="ArgumentException">There is no history, two have the same name, or the path ends with neither .png nor .svg.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width or height is not from 100 to 10,000, or the smoothing is not at least 0 and less than 1.</exception>
    /// <exception cref="InvalidOperationException">There is no loss or metric that all histories have.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePlot(
        string path,
        IEnumerable<(string Name, TrainingHistory History)> histories,
        int width = PlotFigure.DefaultWidth,
        int height = PlotFigure.DefaultHeight,
        double smoothing = 0)
    {
        ArgumentNullException.ThrowIfNull(histories);
        (string Name, TrainingHistory History)[] runs = [.. histories];
        IReadOnlyList<LinePanel> panels = Panels(runs, smoothing);
        bool isMarked = panels.Any(panel => panel.Series.Any(series => series.IsMarked));
        var legend = new FigureLegend([.. runs.Select((run, i) => (run.Name, LineLook.Of(i)))], isMarked, Note(panels));
        PlotFigure.SaveColumns(path, width, height, panels, legend);
    }

    /// <summary>Creates the panels of the picture.</summary>
    internal static IReadOnlyList<LinePanel> Panels(IReadOnlyList<(string Name, TrainingHistory History)> runs, double smoothing = 0)
    {
        Smoothing.Require(smoothing, nameof(HistoryComparison));
        if (runs.Count == 0)
            throw new ArgumentException("HistoryComparison: histories must be at least one, but was none.", nameof(runs));
        foreach ((string name, TrainingHistory history) in runs)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(name);
            ArgumentNullException.ThrowIfNull(history);
            if (runs.Count(run => run.Name == name) > 1)
                throw new ArgumentException($"HistoryComparison: histories must have different names, but two are called '{name}'.", nameof(runs));
        }

        LinePanel[] panels = [.. HistoryKeys.Shown([.. runs.Select(run => run.History)]).Select(key => Panel(runs, key, smoothing))];
        return panels.Length > 0
            ? panels
            : throw new InvalidOperationException("HistoryComparison: the histories must have a loss or a metric in common, but have none. Train each first.");
    }

    private static string Note(IReadOnlyList<LinePanel> panels) =>
        panels.All(panel => panel.Series.All(series => series.IsNamed)) ? "(train)" : "(thin: train, thick: test)";

    private static LinePanel Panel(IReadOnlyList<(string Name, TrainingHistory History)> runs, string key, double smoothing)
    {
        LineSeries[] train = [.. runs.Select((run, i) => HistoryKeys.Series(run.History, key, run.Name, LineLook.Of(i)).Smooth(smoothing))];
        bool isValidated = runs.All(run => HistoryKeys.IsValidated(run.History, key));
        LineSeries[] series = isValidated
            ? [.. train.Select(one => one.Behind()), .. runs.Select((run, i) => HistoryKeys.Series(run.History, $"val_{key}", run.Name, LineLook.Of(i)).Smooth(smoothing))]
            : train;
        return new LinePanel($"Model {HistoryKeys.Name(key)}", "Epoch", HistoryKeys.Title(key), series) { HasLegend = false };
    }
}
