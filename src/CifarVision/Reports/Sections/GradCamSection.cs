using CifarVision.Datasets;
using CifarVision.Evaluation;
using CifarVision.Models;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>Which parts of images made the model choose their classes.</summary>
internal sealed class GradCamSection : ReportSection
{
    private const int Most = 12;

    private readonly PictureGrid _grid = new();
    private readonly string _layer;

    private GradCamSection(GradCam maps, TestResults results)
        : base("gradcam", "What the model looks at")
    {
        _layer = maps.Layer.Name;
        Dictionary<int, int> wrong = Mistake.MostCertain(results.Data.Labels, results.Probabilities, results.Data.Count).ToDictionary(mistake => mistake.Row, mistake => mistake.PredictedClass);
        int[] labels = [.. results.Data.Labels.astype(typeof(int)).ravel().ToArray<int>()];
        int[] rows = [.. Enumerable.Range(0, results.Names.Count).Select(i => Array.IndexOf(labels, i)).Where(row => row >= 0).Take(Most)];
        ImageDataset images = results.Data.Take(rows);
        NDArray covered = HeatMap.Over(images.Images, maps.Compute(images));
        foreach ((int i, int row) in rows.Index())
        {
            (string truth, string predicted) = (results.Names[labels[row]], results.Names[wrong.GetValueOrDefault(row, labels[row])]);
            string verdict = truth == predicted ? "predicted correctly" : $"predicted as {predicted}";
            _grid.AddPair(
                EmbeddedImage.Address(images.Images, i), EmbeddedImage.Address(covered, i), $"An image of class {truth}, and the same with the parts that speak for {predicted} in bright colors", truth, verdict);
        }
    }

    /// <summary>Creates the section; null if the model has no convolution, or calls its last one several times.</summary>
    public static GradCamSection? Create(Model model, TestResults results)
    {
        GradCam maps;
        try
        {
            maps = new GradCam(model);
        }
        catch (ArgumentException)
        {
            return null;
        }

        return new GradCamSection(maps, results);
    }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html)
    {
        html.Element("p", $"Grad-CAM of the layer {_layer} for the predicted class: yellow parts speak for it most, dark parts do not.", ("class", "note"));
        _grid.Write(html);
    }
}
