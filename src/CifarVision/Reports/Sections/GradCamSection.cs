using CifarVision.Datasets;
using CifarVision.Evaluation;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>Which parts of images made the model choose their classes.</summary>
internal sealed class GradCamSection : ReportSection
{
    private const int Most = 12;

    private readonly PictureGrid _grid = new();
    private readonly string _layer;

    private GradCamSection(Model model, TestResults results)
        : base("gradcam", "What the model looks at")
    {
        var maps = new GradCam(model);
        _layer = maps.Layer.Name;
        int[] labels = [.. results.Data.Labels.astype(typeof(int)).ravel().ToArray<int>()];
        int[] rows = [.. Enumerable.Range(0, results.Names.Count).Select(i => Array.IndexOf(labels, i)).Where(row => row >= 0).Take(Most)];
        ImageDataset images = results.Data.Take(rows);
        NDArray covered = HeatMap.Over(images.Images, maps.Compute(images));
        foreach ((int i, int row) in rows.Index())
        {
            (string truth, string predicted) = (results.Names[labels[row]], results.Names[Predicted(results.Probabilities[row].astype(typeof(double)).ravel().ToArray<double>())]);
            string verdict = truth == predicted ? "predicted correctly" : $"predicted as {predicted}";
            _grid.AddPair(
                EmbeddedImage.Address(images.Images, i), EmbeddedImage.Address(covered, i), $"An image of class {truth}, and the same with the parts that speak for {predicted} in bright colors", truth, verdict);
        }
    }

    /// <summary>Creates the section; null if the model has no convolution.</summary>
    public static GradCamSection? Create(Model model, TestResults results) => HasConvolution(model) ? new GradCamSection(model, results) : null;

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html)
    {
        html.Element("p", $"Grad-CAM of the layer {_layer} for the predicted class: yellow parts speak for it most, dark parts do not.", ("class", "note"));
        _grid.Write(html);
    }

    // As GradCam chooses the class: one unit is the probability of class 1.
    private static int Predicted(double[] outputs) => outputs.Length == 1 ? (outputs[0] > 0.5 ? 1 : 0) : Array.IndexOf(outputs, outputs.Max());

    private static bool HasConvolution(Model model) => model.Layers.Any(layer => layer is Conv2D or DepthwiseConv2D or SeparableConv2D or Conv2DTranspose || (layer is Model inner && HasConvolution(inner)));
}
