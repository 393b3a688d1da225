using CifarVision.History;
using CifarVision.Reports.Charts;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>The time of training and prediction, and the memory.</summary>
internal sealed class TimingSection : ReportSection
{
    private const int FewEpochs = 3;

    private readonly FactList _facts = new();
    private readonly CurveChart? _chart;

    /// <summary>Collects the durations.</summary>
    public TimingSection(TrainingHistory history, TestResults results)
        : base("timing", "Timing and memory")
    {
        if (history.Run is { EpochSeconds.Count: > 0 } run)
        {
            IReadOnlyList<double> seconds = run.EpochSeconds;
            // The first epoch includes the warm-up.
            double typical = seconds.Skip(seconds.Count > 1 ? 1 : 0).Average();
            _facts.Add("Training", ReportNumber.Duration(seconds.Sum()));
            _facts.Add("An epoch with its validation", seconds.Count > 1 ? $"{ReportNumber.Duration(typical)}, the first {ReportNumber.Duration(seconds[0])}" : ReportNumber.Duration(typical));
            _facts.Add("Training speed, validation included", $"{ReportNumber.Rate(run.Samples / typical)} images/s");
            if (run.PeakMemory > 0)
                _facts.Add("Largest memory of the process", ReportNumber.Bytes(run.PeakMemory));
            if (seconds.Count >= FewEpochs && seconds.Count == history.Epoch.Count)
                _chart = Chart(history.Epoch, seconds);
        }

        _facts.Add("Prediction of the test data", $"{ReportNumber.Duration(results.Seconds)}, {ReportNumber.Rate(results.Data.Count / results.Seconds)} images/s");
    }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html)
    {
        _facts.Write(html);
        if (_chart is null)
            return;
        using HtmlWriter.Scope charts = html.Within("div", ("class", "charts"));
        _chart.Write(html);
    }

    private static CurveChart Chart(IReadOnlyList<int> epochs, IReadOnlyList<double> seconds)
    {
        double[] places = [.. epochs.Select(epoch => epoch + 1.0)];
        return new CurveChart(
            "Seconds of an epoch",
            ChartAxis.Whole("epoch", places[0], places[^1]),
            ChartAxis.Around("seconds", [0, .. seconds]),
            [.. places.Select(place => (place, FormattableString.Invariant($"Epoch {place}")))],
            [new ChartSeries("seconds", places, seconds, [.. seconds.Select(value => (double?)value)])]);
    }
}
