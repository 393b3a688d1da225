using CifarVision.Datasets;
using CifarVision.Evaluation;
using CifarVision.Plotting;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Plotting;

/// <summary>The pictures of what <see cref="CifarVision.Evaluation"/> computes.</summary>
public sealed class EvaluationPlotTests : IDisposable
{
    private static readonly string[] Cifar = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    private readonly TemporaryFolder _folder = new();

    private string Svg => _folder.File("picture.svg");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Roc_TenClasses_NamesEachWithItsArea()
    {
        using var german = new CultureScope("de-DE");
        var roc = Roc(10, 200, Cifar);
        roc.SavePlot(Svg);

        IReadOnlyList<string> texts = Picture.Texts(Svg);
        Assert.Contains(FormattableString.Invariant($"ROC: mean area {roc.MacroArea:F3}"), texts);
        Assert.All(roc.Curves, curve => Assert.Contains(FormattableString.Invariant($"{curve.ClassName} ({curve.Area:F3})"), texts));
        Assert.Superset(new HashSet<string> { "False positive rate", "True positive rate", "0.0", "1.0" }, texts.ToHashSet());
    }

    [Fact]
    public void Roc_TwoClasses_IsOneCurveWithoutLegend()
    {
        (NDArray truth, NDArray probabilities) = Predictions(2, 50);
        var roc = new RocCurves(truth, probabilities, ["cat", "dog"]);
        roc.SavePlot(Svg);
        roc.SavePlot(_folder.File("roc.png"), width: 321, height: 234);

        IReadOnlyList<string> texts = Picture.Texts(Svg);
        Assert.Contains(FormattableString.Invariant($"ROC of dog: area {roc.MacroArea:F3}"), texts);
        Assert.DoesNotContain(texts, text => text.StartsWith("dog (", StringComparison.Ordinal));
        Assert.Equal((321, 234), Picture.PngSize(_folder.File("roc.png")));
    }

    [Fact]
    public void PrecisionRecall_AHundredClasses_NamesTheWorst()
    {
        (NDArray truth, NDArray probabilities) = Predictions(100, 1000);
        var curves = new PrecisionRecallCurves(truth, probabilities);
        curves.SavePlot(Svg);

        IReadOnlyList<string> texts = Picture.Texts(Svg);
        Assert.Contains("(gray: 94 better ones)", texts);
        PrecisionRecallCurve[] ordered = [.. curves.Curves.OrderBy(curve => curve.AveragePrecision)];
        Assert.All(ordered[..6], curve => Assert.Contains(FormattableString.Invariant($"{curve.ClassName} ({curve.AveragePrecision:F3})"), texts));
        Assert.DoesNotContain(FormattableString.Invariant($"{ordered[6].ClassName} ({ordered[6].AveragePrecision:F3})"), texts);
    }

    [Fact]
    public void Curves_OfManySamples_AreASmallFile()
    {
        Roc(2, 20_000, null).SavePlot(Svg);
        Assert.InRange(new FileInfo(Svg).Length, 1, 100_000);
    }

    [Fact]
    public void Calibration_SaysTheErrorAndItsAxes()
    {
        (NDArray truth, NDArray probabilities) = Predictions(3, 100);
        var calibration = new CalibrationCurve(truth, probabilities);
        calibration.SavePlot(Svg);
        IReadOnlyList<string> texts = Picture.Texts(Svg);
        Assert.Contains(FormattableString.Invariant($"Calibration: expected error {calibration.ExpectedError:F3}"), texts);
        Assert.Equal(2, texts.Count(text => text == "Probability of the predicted class"));
        Assert.Superset(new HashSet<string> { "Fraction of correct predictions", "Samples in the bin" }, texts.ToHashSet());

        (truth, probabilities) = Predictions(2, 100);
        new CalibrationCurve(truth, probabilities).SavePlot(Svg);
        Assert.Superset(new HashSet<string> { "Fraction of class 1", "Probability of class 1" }, Picture.Texts(Svg).ToHashSet());
    }

    [Fact]
    public void Report_HasTheNumbersOfEachClass()
    {
        var report = new ClassificationReport(np.array(new[] { 0, 0, 0, 0, 1, 1, 1, 2, 2, 2 }), np.array(new[] { 0, 0, 0, 1, 1, 1, 0, 2, 1, 1 }), ["cat", "dog", new string('m', 80)]);
        report.SavePlot(Svg);

        IReadOnlyList<string> texts = Picture.Texts(Svg);
        Assert.Contains("Classification report: accuracy 0.600, 10 samples", texts);
        Assert.Superset(new HashSet<string> { "cat", "dog", "macro avg", "weighted avg", "Precision", "Recall", "F1 score", "Support", "0.75", "0.40", "0.67", "1.00", "0.33", "0.72" }, texts.ToHashSet());
        Assert.Contains(texts, text => text.StartsWith("mmm", StringComparison.Ordinal) && text.EndsWith('…'));
    }

    [Fact]
    public void Mistakes_ShowTheirImagesAndClasses()
    {
        ImageDataset data = TinyTask.Images(4);
        ImageDataset gray = new(data.Images[":, :, :, 0:1"].copy(), data.Labels, TinyTask.Classes);
        Mistake[] mistakes = [new(3, 0, 1, 0.987, 0.01), new(1, 2, 0, 0.6, 0.3)];
        mistakes.SavePlot(Svg, gray, ["cat", "dog", "ship"]);

        IReadOnlyList<string> texts = Picture.Texts(Svg);
        Assert.Equal(["cat", "ship", "✗ 60 % cat", "✗ 99 % dog"], texts.Order(StringComparer.Ordinal));

        Assert.StartsWith("MistakePlot: mistakes must be at least one, but were none.", Assert.Throws<ArgumentException>(() => Array.Empty<Mistake>().SavePlot(Svg, gray)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new[] { new Mistake(4, 0, 1, 1, 0) }.SavePlot(Svg, gray));
    }

    private static RocCurves Roc(int classes, int samples, string[]? names)
    {
        (NDArray truth, NDArray probabilities) = Predictions(classes, samples);
        return new RocCurves(truth, probabilities, names);
    }

    private static (NDArray Truth, NDArray Probabilities) Predictions(int classes, int samples)
    {
        var random = new RandomStream(1, "predictions");
        var probabilities = new float[samples, classes];
        int[] truth = [.. Enumerable.Range(0, samples).Select(row => row % classes)];
        for (int row = 0; row < samples; row++)
        {
            double[] shares = [.. Enumerable.Range(0, classes).Select(i => Math.Exp((random.NextInt32(1000) / 200.0) + (i == truth[row] ? 1 + (0.1 * i / classes * 10) : 0)))];
            for (int i = 0; i < classes; i++)
                probabilities[row, i] = (float)(shares[i] / shares.Sum());
        }

        return (np.array(truth), np.array(probabilities));
    }
}
