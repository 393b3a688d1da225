using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Reports;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Reports;

/// <summary>A short run and the page of its report, for all tests that read it. The names of the classes would be markup if they were not escaped.</summary>
public sealed class ReportRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ReportRun()
    {
        TorchRuntime.SetSeed(1);
        SyntheticImages images = SyntheticImages.Create(train: 400, test: 120);
        Test = images.Test;
        Model = LeNetBuilder.Create(Test.ImageShape, images.ClassNames.Count);
        Model.Compile(new Adam(learningRate: 0.002), new SparseCategoricalCrossentropy(), [new Accuracy()]);
        History = Model.Fit(images.Train, epochs: 4, verbose: 0, validationSplit: 0.2);
        Names = ["<b>bold</b>", "a & b", "\"quoted\"", "it's", "<script>alert(1)</script>", "</script>", "&lt;", .. images.ClassNames.Skip(7)];
        Page = _folder.File("report.html");
        new TrainingReport(Model, History, Test, Names, images.Train, title: "A <title> & more").Save(Page);
    }

    public Sequential Model { get; }

    public TrainingHistory History { get; }

    public ImageDataset Test { get; }

    public IReadOnlyList<string> Names { get; }

    public string Page { get; }

    public void Dispose()
    {
        Model.Dispose();
        _folder.Dispose();
    }
}
