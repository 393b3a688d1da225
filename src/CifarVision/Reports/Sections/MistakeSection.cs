using CifarVision.Datasets;
using CifarVision.Evaluation;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>The images that were most certainly predicted wrongly.</summary>
internal sealed class MistakeSection : ReportSection
{
    private const int Most = 24;

    private readonly PictureGrid _grid = new();
    private readonly long _mistakes;

    private MistakeSection(TestResults results, IReadOnlyList<Mistake> mistakes)
        : base("mistakes", "Most certain mistakes")
    {
        _mistakes = (long)Math.Round((1 - results.Scores.Accuracy) * results.Scores.Support);
        ImageDataset images = results.Data.Take(mistakes.Select(one => one.Row));
        foreach ((int i, Mistake one) in mistakes.Index())
        {
            string file = images.FilePaths.Count > 0 ? Path.GetFileName(images.FilePaths[i]) : $"image {ReportNumber.Count(one.Row)}";
            (string truth, string predicted) = (results.Names[one.TrueClass], results.Names[one.PredictedClass]);
            _grid.Add(EmbeddedImage.Address(images.Images, i), $"{truth}, predicted as {predicted}", $"{predicted} {ReportNumber.Percent(one.Probability)}", $"is {truth}", file);
        }
    }

    /// <summary>Creates the section; null if there are no mistakes.</summary>
    public static MistakeSection? Create(TestResults results)
    {
        IReadOnlyList<Mistake> mistakes = Mistake.MostCertain(results.Data.Labels, results.Probabilities, Most);
        return mistakes.Count == 0 ? null : new MistakeSection(results, mistakes);
    }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html)
    {
        html.Element("p", $"{ReportNumber.Count(_mistakes)} images were classified wrongly. These are the ones of which the model was most certain; they often have a wrong label, or differ from all images of training.");
        _grid.Write(html);
    }
}
