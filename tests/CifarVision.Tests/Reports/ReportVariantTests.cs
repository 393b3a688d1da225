using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Reports;
using CifarVision.Tests.Testing;
using SkiaSharp;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Reports;

/// <summary>Pages of models and images of other kinds than those of <see cref="ReportRun"/>.</summary>
public sealed partial class ReportVariantTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Save_Photographs_AreReducedAndKeepTheirForm()
    {
        NDArray images = np.zeros(new Shape(2, 240, 400, 3), typeof(byte)) + (byte)200;
        using var model = new Sequential((240, 400, 3), new GlobalAveragePooling2D(), new Dense(1, ActivationFunction.Sigmoid));
        string page = Saved(model, new ImageDataset(images, np.array(new[] { 0L, 1 }), classCount: 2));

        byte[][] pictures = [.. Jpeg().Matches(page).Select(match => Convert.FromBase64String(match.Groups["bytes"].Value))];
        Assert.NotEmpty(pictures);
        Assert.All(pictures, bytes =>
        {
            using SKBitmap picture = SKBitmap.Decode(bytes);
            Assert.Equal((192, 115), (picture.Width, picture.Height));
            Assert.InRange(picture.GetPixel(96, 57).Red, 196, 204);
        });
    }

    [Fact]
    public void Save_ManyClasses_LeavesOutTheMatrixAndKeepsTheLargestConfusions()
    {
        using var model = new Sequential((2, 2, 3), new GlobalAveragePooling2D(), new Dense(41, ActivationFunction.Softmax));
        string page = Saved(model, new ImageDataset(np.zeros(new Shape(2, 2, 2, 3), typeof(byte)), np.array(new[] { 0L, 40 }), classCount: 41));

        Assert.Contains("The matrix of 41 classes is too large for a page.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"matrix\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_NestedModel_ListsItsLayers()
    {
        var inner = new Sequential((2, 2, 3), new Conv2D(2, 1, padding: Padding.Same, name: "inner_convolution"), new GlobalAveragePooling2D());
        using var model = new Sequential((2, 2, 3), inner, new Dense(1, ActivationFunction.Sigmoid));

        Assert.Contains("└ inner_convolution", Saved(model, TwoImages()), StringComparison.Ordinal);
    }

    [Fact]
    public void Save_LayerWithoutConfig_HasNoArchitectureToRepeat()
    {
        using var model = new Sequential((2, 2, 3), new TorchModuleLayer(torch.nn.Flatten(), 12), new Dense(1, ActivationFunction.Sigmoid));
        string page = Saved(model, TwoImages());

        Assert.Contains("Model model = ...;    // has layers without a config", page, StringComparison.Ordinal);
        Assert.DoesNotContain("download=\"model.json\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_LossWithoutConfig_NamesTheOptimizerAndItsRate()
    {
        using var model = new Sequential((2, 2, 3), new GlobalAveragePooling2D(), new Dense(1, ActivationFunction.Sigmoid));
        model.Compile(new SGD(0.125), new Unsaved());
        string page = Saved(model, TwoImages());

        Assert.Contains("SGD", page, StringComparison.Ordinal);
        Assert.Contains("0.125", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_DataWithoutLabels_IsRefused()
    {
        for (int i = 0; i < 2; i++)
            ImageFile.Save(_folder.File($"{i}.png"), np.zeros(new Shape(2, 2, 3), typeof(byte)));
        ImageDataset data = ImageDataset.FromFolder(_folder.Path, (2, 2), labels: false).Train;
        using var model = new Sequential((2, 2, 3), new GlobalAveragePooling2D(), new Dense(1, ActivationFunction.Sigmoid));

        var error = Assert.Throws<ArgumentException>(() => new TrainingReport(model, new TrainingHistory(), data));

        Assert.StartsWith("TrainingReport: testData must have labels, but has none. Load it with labels: true.", error.Message, StringComparison.Ordinal);
    }

    private static ImageDataset TwoImages() => new(np.zeros(new Shape(2, 2, 2, 3), typeof(byte)), np.array(new[] { 0L, 1 }), classCount: 2);

    private string Saved(Model model, ImageDataset data)
    {
        new TrainingReport(model, new TrainingHistory(), data).Save(_folder.File("report.html"));
        return File.ReadAllText(_folder.File("report.html"));
    }

    [GeneratedRegex("src=\"data:image/jpeg;base64,(?<bytes>[^\"]+)\"")]
    private static partial Regex Jpeg();

    private sealed class Unsaved : Loss
    {
        public override JsonObject GetConfig() => throw new NotSupportedException("This loss is not saved.");

        protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => (yTrue - yPred).abs().mean([-1]);
    }
}
