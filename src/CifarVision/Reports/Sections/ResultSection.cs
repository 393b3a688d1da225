using CifarVision.History;
using CifarVision.Models;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>The most important numbers.</summary>
internal sealed class ResultSection : ReportSection
{
    private const string ValidationAccuracy = "val_accuracy";

    private readonly List<(string Name, string Value, string Note)> _tiles = [];

    /// <summary>Collects the numbers.</summary>
    public ResultSection(Model model, TrainingHistory history, TestResults results)
        : base("results", "Results")
    {
        long right = (long)Math.Round(results.Scores.Accuracy * results.Scores.Support);
        Add("Test accuracy", ReportNumber.Percent(results.Scores.Accuracy), $"{ReportNumber.Count(right)} of {ReportNumber.Count(results.Scores.Support)} images");
        if (results.Metrics.TryGetValue("loss", out double loss))
            Add("Test loss", ReportNumber.Value(loss), "from Evaluate");
        if (history.History.TryGetValue(ValidationAccuracy, out IReadOnlyList<double>? validated) && validated.Any(value => !double.IsNaN(value)))
        {
            (int epoch, double best) = history.Best(ValidationAccuracy);
            Add("Best validation accuracy", ReportNumber.Percent(best), FormattableString.Invariant($"in epoch {epoch + 1}"));
        }

        Add("Parameters", ReportNumber.Count(model.CountParams()), $"{ReportNumber.Bytes(4.0 * model.CountParams())} as float32");
        if (history.Run is { EpochSeconds.Count: > 0 } run)
        {
            double seconds = run.EpochSeconds.Sum();
            Add("Training time", ReportNumber.Duration(seconds), $"{ReportNumber.Duration(seconds / run.EpochSeconds.Count)} an epoch");
        }

        Add("Prediction", $"{ReportNumber.Rate(results.Data.Count / results.Seconds)}/s", "images of the test data");
    }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html)
    {
        using HtmlWriter.Scope tiles = html.Within("dl", ("class", "tiles"));
        foreach ((string name, string value, string note) in _tiles)
        {
            using HtmlWriter.Scope tile = html.Within("div");
            html.Element("dt", name);
            html.Element("dd", value, ("class", "value"));
            html.Element("dd", note, ("class", "note"));
        }
    }

    private void Add(string name, string value, string note) => _tiles.Add((name, value, note));
}
