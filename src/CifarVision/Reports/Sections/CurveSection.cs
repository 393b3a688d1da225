using CifarVision.History;
using CifarVision.Reports.Charts;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>Loss and metrics by epoch, as charts and as a table.</summary>
internal sealed class CurveSection : ReportSection
{
    private const string Validation = "val_";
    private const int FewRows = 12;

    private readonly List<CurveChart> _charts = [];
    private readonly DataTable _table;
    private readonly bool _isShort;

    private CurveSection(TrainingHistory history)
        : base("curves", "Learning curves")
    {
        string[] keys = [.. history.History.Keys.Where(key => !IsValidation(history, key)).OrderBy(Rank)];
        foreach (string key in keys)
            _charts.Add(Chart(history, key));
        _table = Table(history, [.. keys.SelectMany(key => new[] { key, Validation + key }).Where(history.History.ContainsKey)]);
        _isShort = history.Epoch.Count <= FewRows;
    }

    /// <summary>Creates the section; null if no epoch was trained.</summary>
    public static CurveSection? Create(TrainingHistory history) => history.History.Count == 0 ? null : new CurveSection(history);

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html)
    {
        using (html.Within("div", ("class", "charts")))
        {
            foreach (CurveChart chart in _charts)
                chart.Write(html);
        }

        using HtmlWriter.Scope details = html.Within("details", ("open", _isShort ? "" : null));
        html.Element("summary", "Values of every epoch");
        _table.Write(html);
    }

    // A key of validation that has a chart together with that of training.
    private static bool IsValidation(TrainingHistory history, string key) =>
        key.StartsWith(Validation, StringComparison.Ordinal) && history.History.ContainsKey(key[Validation.Length..]);

    private static int Rank(string key) => key switch
    {
        "accuracy" => 0,
        "loss" => 1,
        "learning_rate" => 3,
        _ => 2,
    };

    private static string Words(string key) =>
        key.StartsWith(Validation, StringComparison.Ordinal) ? $"validation {key[Validation.Length..].Replace('_', ' ')}" : key.Replace('_', ' ');

    private static CurveChart Chart(TrainingHistory history, string key)
    {
        bool isValidated = history.History.ContainsKey(Validation + key);
        List<ChartSeries> series = [Series(history, key, isValidated ? "training" : Words(key))];
        if (isValidated)
            series.Add(Series(history, Validation + key, "validation") with { IsDashed = true });
        string title = $"{char.ToUpperInvariant(Words(key)[0])}{Words(key)[1..]}";
        return new CurveChart(
            title,
            ChartAxis.Whole("epoch", history.Epoch[0] + 1, history.Epoch[^1] + 1),
            ChartAxis.Around(title, series.SelectMany(one => one.Y)),
            [.. history.Epoch.Select(epoch => (epoch + 1.0, FormattableString.Invariant($"Epoch {epoch + 1}")))],
            series);
    }

    private static ChartSeries Series(TrainingHistory history, string key, string name)
    {
        IReadOnlyList<double> values = history.History[key];
        IReadOnlyList<int> epochs = history.EpochsOf(key);
        Dictionary<int, double> byEpoch = epochs.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
        return new ChartSeries(name, [.. epochs.Select(epoch => epoch + 1.0)], values, [.. history.Epoch.Select(epoch => byEpoch.TryGetValue(epoch, out double value) ? value : (double?)null)]);
    }

    private static DataTable Table(TrainingHistory history, string[] keys)
    {
        bool isTimed = history.Run?.EpochSeconds.Count == history.Epoch.Count;
        var table = new DataTable("Loss and metrics by epoch", ["epoch", .. keys.Select(Words), .. isTimed ? ["time"] : Array.Empty<string>()]);
        double?[][] columns = [.. keys.Select(key => Series(history, key, key).At.ToArray())];
        foreach ((int row, int epoch) in history.Epoch.Index())
        {
            table.Add([
                FormattableString.Invariant($"{epoch + 1}"),
                .. columns.Select(column => DataCell.Value(column[row])),
                .. isTimed ? [new DataCell(ReportNumber.Duration(history.Run!.EpochSeconds[row]))] : Array.Empty<DataCell>()]);
        }

        return table;
    }
}
