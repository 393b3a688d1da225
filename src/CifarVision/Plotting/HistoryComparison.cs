using CifarVision.History;
using CifarVision.Plotting.Lines;

namespace CifarVision.Plotting;

/// <summary>Several training histories in one picture.</summary>
public static class HistoryComparison
{
    /// <summary>
    /// Saves the learning curves of several runs: a panel "Model accuracy" and a panel "Model loss", with a curve for each run and one legend
    /// below. Where every run was validated, the curves are those on validation data, with those on training data as thin lines behind; else
    /// they are those on training data. Without an <c>accuracy</c> that all have, the first other metric that all have stands in its place.
    /// </summary>
    /// <param name="path">Ends in <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="histories">At least one, under the names for the legend: <c>[("LeNet", lenet), ("AlexNet", alexnet)]</c>.</param>
    /// <param name="width">In pixels, 100 to 10,000. Default 1000. Text grows with the picture.</param>
    /// <param name="height">In pixels, 100 to 10,000. Default 500.</param>
    /// <param name="smoothing">From 0, none, the default, to below 1, as for one history; the values themselves are then left out.</param>
    /// <exception cref="ArgumentException">There is no history, two bear one name, or the path ends in neither .png nor .svg.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width or height is not 100 to 10,000, or the smoothing not 0 to below 1.</exception>
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

    /// <summary>What the picture shows.</summary>
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
