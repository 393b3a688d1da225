using CifarVision.Evaluation;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>Precision, recall and F1 score of each class.</summary>
internal sealed class ScoreSection : ReportSection
{
    private readonly DataTable _table = new("Scores of each class on the test data", "class", "precision", "recall", "F1 score", "images");
    private readonly string _summary;

    /// <summary>Collects the scores.</summary>
    public ScoreSection(TestResults results)
        : base("scores", "Scores by class")
    {
        foreach (ClassificationScores one in results.Scores.Classes)
            Add(one, one.Name, isTotal: false);
        Add(results.Scores.MacroAverage, "mean of the classes", isTotal: true);
        Add(results.Scores.WeightedAverage, "weighted by images", isTotal: true);
        ClassificationScores[] tested = [.. results.Scores.Classes.Where(one => one.Support > 0).OrderByDescending(one => one.F1Score)];
        _summary = tested switch
        {
            { Length: < 2 } => "The test data has images of one class only.",
            _ when tested[0].F1Score == tested[^1].F1Score => $"All classes have the F1 score {ReportNumber.Value(tested[0].F1Score)}.",
            _ => $"Recognized best: {Named(tested[0])}. Recognized worst: {Named(tested[^1])}.",
        };
    }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html)
    {
        html.Element("p", _summary);
        html.Element("p", "Precision is the fraction of the predictions of a class that are correct, recall the fraction of its images that were found, F1 their harmonic mean.", ("class", "note"));
        _table.Write(html);
    }

    private static string Named(ClassificationScores one) => $"{one.Name} (F1 {ReportNumber.Value(one.F1Score)})";

    private void Add(ClassificationScores one, string name, bool isTotal) => _table.Add(
        new DataCell(name) { IsTotal = isTotal }, DataCell.Value(one.Precision), DataCell.Value(one.Recall), DataCell.Value(one.F1Score) with { IsBar = true }, DataCell.Count(one.Support));
}
