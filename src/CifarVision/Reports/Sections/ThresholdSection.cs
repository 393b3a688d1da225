using CifarVision.Evaluation;
using CifarVision.Reports.Charts;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>ROC and precision-recall curves.</summary>
internal sealed class ThresholdSection : ReportSection
{
    private const int MostCurves = 10;
    private const int Positions = 101;

    private readonly CurveChart _roc;
    private readonly CurveChart _precisionRecall;
    private readonly DataTable _table = new("Areas under the curves", "class", "ROC area", "average precision");
    private readonly string _note;

    private ThresholdSection(RocCurves roc, PrecisionRecallCurves precisionRecall)
        : base("thresholds", "ROC and precision-recall curves")
    {
        (RocCurve Roc, PrecisionRecallCurve Other)[] pairs = [.. roc.Curves.Zip(precisionRecall.Curves).Where(pair => !double.IsNaN(pair.First.Area))];
        (RocCurve Roc, PrecisionRecallCurve Other)[] shown = [.. pairs.OrderBy(pair => pair.Roc.Area).Take(MostCurves)];
        _note = shown.Length < pairs.Length
            ? FormattableString.Invariant($"Each class against all others. The charts show the {MostCurves} classes with the smallest areas.")
            : shown.Length == 1 ? $"{shown[0].Roc.ClassName} against the other class." : "Each class against all others, the smallest area first.";
        _roc = new CurveChart("ROC curves", ChartAxis.Unit("false positive rate"), ChartAxis.Unit("true positive rate"), At("False positive rate"), [
            new ChartSeries("chance", [0, 1], [0, 1], []) { IsGuide = true },
            .. shown.Select(pair => Curve(pair.Roc.ClassName, pair.Roc.FalsePositiveRates, pair.Roc.TruePositiveRates))])
        { Start = Positions / 10 };
        _precisionRecall = new CurveChart("Precision-recall curves", ChartAxis.Unit("recall"), ChartAxis.Unit("precision"), At("Recall"),
            [.. shown.Select(pair => Curve(pair.Other.ClassName, [.. pair.Other.Recalls.Reverse()], [.. pair.Other.Precisions.Reverse()]))])
        { Start = Positions * 9 / 10 };
        foreach ((RocCurve one, PrecisionRecallCurve other) in pairs)
            _table.Add(one.ClassName, DataCell.Value(one.Area), DataCell.Value(other.AveragePrecision));
        if (pairs.Length > 1)
            _table.Add(new DataCell("mean of the classes") { IsTotal = true }, DataCell.Value(roc.MacroArea), DataCell.Value(precisionRecall.MacroAveragePrecision));
    }

    /// <summary>Creates the section; null if the test data has images of one class only.</summary>
    public static ThresholdSection? Create(TestResults results) => results.Scores.Classes.Count(one => one.Support > 0) < 2
        ? null
        : new ThresholdSection(
            new RocCurves(results.Data.Labels, results.Probabilities, results.Names), new PrecisionRecallCurves(results.Data.Labels, results.Probabilities, results.Names));

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html)
    {
        html.Element("p", _note, ("class", "note"));
        using (html.Within("div", ("class", "charts")))
        {
            _roc.Write(html);
            _precisionRecall.Write(html);
        }

        _table.Write(html);
    }

    private static (double X, string Label)[] At(string words) =>
        [.. Enumerable.Range(0, Positions).Select(i => ((double)i / (Positions - 1), FormattableString.Invariant($"{words} {(double)i / (Positions - 1):F2}")))];

    private static ChartSeries Curve(string name, IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        new(name, x, y, [.. Enumerable.Range(0, Positions).Select(i => (double?)Between(x, y, (double)i / (Positions - 1)))]);

    // On a vertical part of the curve its highest value.
    private static double Between(IReadOnlyList<double> x, IReadOnlyList<double> y, double at)
    {
        int next = 0;
        while (next < x.Count - 1 && x[next] < at)
            next++;
        if (x[next] <= at)
        {
            double highest = y[next];
            for (; next < x.Count - 1 && x[next + 1] <= at; next++)
                highest = Math.Max(highest, y[next + 1]);
            return highest;
        }

        return next == 0 ? y[0] : y[next - 1] + ((y[next] - y[next - 1]) * (at - x[next - 1]) / (x[next] - x[next - 1]));
    }
}
