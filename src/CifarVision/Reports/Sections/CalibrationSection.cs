using CifarVision.Evaluation;
using CifarVision.Reports.Charts;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>How far the probabilities can be trusted.</summary>
/// <param name="results">The predictions for the test data.</param>
internal sealed class CalibrationSection(TestResults results) : ReportSection("calibration", "Calibration")
{
    private readonly CalibrationCurve _curve = new(results.Data.Labels, results.Probabilities);

    private string What => _curve.IsBinary ? $"images of {results.Names[1]}" : "correct predictions";

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html)
    {
        CalibrationBin[] bins = [.. _curve.Bins.Where(bin => bin.Count > 0)];
        html.Element("p", $"The expected calibration error is {ReportNumber.Value(_curve.ExpectedError)}: so far is the predicted probability from the fraction of {What}, on average.");
        double[] places = [.. bins.Select(bin => bin.MeanProbability)];
        double[] fractions = [.. bins.Select(bin => bin.Fraction)];
        using (html.Within("div", ("class", "charts")))
        {
            new CurveChart(
                "Predicted probability and what came true",
                ChartAxis.Unit("predicted probability"),
                ChartAxis.Unit("fraction"),
                [.. bins.Select(bin => (bin.MeanProbability, FormattableString.Invariant($"Probability {bin.MeanProbability:F2}, {bin.Count:N0} {(bin.Count == 1 ? "image" : "images")}")))],
                [
                    new ChartSeries("perfect calibration", [0, 1], [0, 1], []) { IsGuide = true },
                    new ChartSeries($"fraction of {What}", places, fractions, [.. fractions.Select(fraction => (double?)fraction)]),
                ]).Write(html);
            var table = new DataTable("Calibration by predicted probability", "probability", "mean", $"fraction of {What}", "images");
            foreach (CalibrationBin bin in bins)
                table.Add(FormattableString.Invariant($"{bin.Lower:F1} to {bin.Upper:F1}"), DataCell.Value(bin.MeanProbability), DataCell.Value(bin.Fraction), DataCell.Count(bin.Count));
            table.Write(html);
        }
    }
}
