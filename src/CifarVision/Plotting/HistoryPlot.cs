using CifarVision.History;
using CifarVision.Plotting.Lines;

namespace CifarVision.Plotting;

/// <summary>Pictures of a training history.</summary>
public static class HistoryPlot
{
    /// <summary>
    /// Saves the learning curves: a panel "Model accuracy" and a panel "Model loss" over the epochs, with a curve Train and, if there was validation, a curve Test.
    /// Without <c>accuracy</c>, the first other metric is shown instead, or only the loss if there is none. Values that are not finite interrupt a curve.
    /// </summary>
    /// <param name="history">The result of Fit.</param>
    /// <param name="path">A file that ends with <c>.png</c> or <c>.svg</c>; its folder must exist. SVG has text as outlines, so it needs no font.</param>
    /// <param name="width">The width in pixels, 100 to 10,000. Default 1000: 10 inches at 100 dots per inch. Text scales with the picture.</param>
    /// <param name="height">The height in pixels, 100 to 10,000. Default 500.</param>
    /// <param name="learningRate">
    /// Whether to add a panel with <c>learning_rate</c>, which LearningRateScheduler and ReduceLROnPlateau log; on a logarithmic axis if it changes by a factor of
    /// ten or more. Default false.
    /// </param>
    /// <param name="smoothing">
    /// The smoothing factor, at least 0 and less than 1: each value becomes the mean of itself and the values before it, whose weights decrease by this factor from
    /// epoch to epoch, like TensorBoard's slider. The unsmoothed values are thin lines in the background. Default 0, no smoothing.
    /// </param>
    /// <exception cref="ArgumentException">The path ends with neither .png nor .svg.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width or height is not from 100 to 10,000, or the smoothing is not at least 0 and less than 1.</exception>
    /// <exception cref="InvalidOperationException">The history has no epoch with a loss or a metric, or no learning rate although it was requested.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePlot(
        this TrainingHistory history, string path, int width = PlotFigure.DefaultWidth, int height = PlotFigure.DefaultHeight, bool learningRate = false, double smoothing = 0)
    {
        ArgumentNullException.ThrowIfNull(history);
        PlotFigure.SaveColumns(path, width, height, Panels(history, learningRate, smoothing));
    }

    /// <summary>Creates the panels of the picture.</summary>
    internal static IReadOnlyList<LinePanel> Panels(TrainingHistory history, bool learningRate = false, double smoothing = 0)
    {
        Smoothing.Require(smoothing, nameof(HistoryPlot));
        LinePanel[] panels = [.. HistoryKeys.Shown([history]).Select(key => Panel(history, key, smoothing))];
        if (panels.Length == 0)
            throw new InvalidOperationException("HistoryPlot: the history must have an epoch with a loss or a metric, but has none. Train first.");
        if (!learningRate)
            return panels;
        return history.History.ContainsKey(HistoryKeys.LearningRate)
            ? [.. panels, LearningRatePanel(history)]
            : throw new InvalidOperationException(
                "HistoryPlot: the history must have 'learning_rate' to show it, but has not. Train with a LearningRateScheduler or ReduceLROnPlateau, or leave learningRate out.");
    }

    private static LinePanel Panel(TrainingHistory history, string key, double smoothing)
    {
        List<LineSeries> series = [HistoryKeys.Series(history, key, "Train", LineLook.Of(0))];
        if (HistoryKeys.IsValidated(history, key))
            series.Add(HistoryKeys.Series(history, $"val_{key}", "Test", LineLook.Of(1)));
        if (smoothing > 0)
            series = [.. series.Select(one => one.Behind()), .. series.Select(one => one.Smooth(smoothing))];
        return new LinePanel($"Model {HistoryKeys.Name(key)}", "Epoch", HistoryKeys.Title(key), series);
    }

    private static LinePanel LearningRatePanel(TrainingHistory history)
    {
        LineSeries series = HistoryKeys.Series(history, HistoryKeys.LearningRate, "Learning rate", LineLook.Of(0));
        bool isLogarithmic = series.Ys.All(value => value > 0) && series.Ys.Max() >= 10 * series.Ys.Min();
        return new LinePanel("Learning rate", "Epoch", "Learning rate", [isLogarithmic ? series with { Ys = [.. series.Ys.Select(Math.Log10)] } : series])
        {
            HasLegend = false,
            IsLogarithmic = isLogarithmic,
        };
    }
}
