using CifarVision.Datasets;
using CifarVision.Evaluation;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Plotting;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Docs;

/// <summary>The examples of docs/evaluation.md.</summary>
public class EvaluationExampleTests
{
    [Fact]
    public void Evaluation_OfATrainedModel_IsAsThePageSays()
    {
        using var console = new QuietConsole();
        TorchRuntime.SetSeed(1);
        SyntheticImages images = SyntheticImages.Create(train: 500, test: 200);
        (ImageDataset test, IReadOnlyList<string> classNames) = (images.Test, images.ClassNames);
        using Sequential model = LeNetBuilder.Create(test.ImageShape, images.ClassNames.Count);
        model.Compile(new Adam(), new SparseCategoricalCrossentropy(), [new Accuracy()]);
        model.Fit(images.Train, epochs: 4, verbose: 0);

        using var folder = new TemporaryFolder();
        string In(string name) => folder.File(name);

        #region report
        NDArray probabilities = model.Predict(test);
        var report = new ClassificationReport(test.Labels, probabilities, classNames);

        Console.WriteLine(report);
        Console.WriteLine($"worst class: {report.Classes.MinBy(one => one.F1Score)!.Name}");
        report.SavePlot(In("report.png"));
        #endregion

        #region curves
        var roc = new RocCurves(test.Labels, probabilities, classNames);
        var precisionRecall = new PrecisionRecallCurves(test.Labels, probabilities, classNames);

        Console.WriteLine($"ROC AUC {roc.MacroArea:F4}, average precision {precisionRecall.MacroAveragePrecision:F4}");
        roc.SavePlot(In("roc.png"));
        precisionRecall.SavePlot(In("precision-recall.png"));
        #endregion

        #region calibration
        var calibration = new CalibrationCurve(test.Labels, probabilities);

        Console.WriteLine($"expected calibration error {calibration.ExpectedError:F4}");
        calibration.SavePlot(In("calibration.png"));
        #endregion

        #region mistakes
        IReadOnlyList<Mistake> mistakes = Mistake.MostCertain(test.Labels, probabilities, count: 12);
        foreach (Mistake one in mistakes)
            Console.WriteLine($"row {one.Row}: {classNames[one.TrueClass]}, taken for {classNames[one.PredictedClass]} with {one.Probability:P0}");
        if (mistakes.Count > 0)
            mistakes.SavePlot(In("mistakes.png"), test, classNames, columns: 6);
        #endregion

        #region gradcam
        ImageDataset few = test.Take(12);
        NDArray maps = new GradCam(model).Compute(few);
        ImageGrid.Save(In("gradcam.png"), HeatMap.Over(few.Images, maps), few.Labels, probabilities["0:12"], classNames, columns: 6);
        #endregion

        #region layers
        Layer first = model.Layers.First(layer => layer is Conv2D);
        NDArray ofClassThree = new GradCam(model, first).Compute(few, classIndex: 3);
        #endregion

        Assert.Equal(model.Evaluate(test, verbose: 0)["accuracy"], report.Accuracy, 1e-6);
        Assert.All(["report", "roc", "precision-recall", "calibration", "gradcam"], name => Assert.True(File.Exists(In($"{name}.png"))));
        Assert.Equal([12L, 32, 32], maps.shape);
        Assert.Equal(maps.shape, ofClassThree.shape);
        Assert.Equal(10, roc.Curves.Count);
        Assert.InRange(roc.MacroArea, 0.5, 1);
        Assert.InRange(precisionRecall.MacroAveragePrecision, 0.1, 1);
        Assert.InRange(calibration.ExpectedError, 0, 1);
        Assert.Equal(Math.Min(12, (int)Math.Round((1 - report.Accuracy) * test.Count)), mistakes.Count);
        Assert.Equal(mistakes.Select(one => (long)one.TrueClass), mistakes.Select(one => Convert.ToInt64(test.Labels[one.Row].GetValue(0), null)));
    }
}
