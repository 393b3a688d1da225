using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Reports;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Docs;

/// <summary>The example of docs/report.md.</summary>
public sealed class ReportExampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly QuietConsole _console = new();
    private readonly string _before = Directory.GetCurrentDirectory();

    public ReportExampleTests() => Directory.SetCurrentDirectory(_folder.Path);

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _console.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Report_OfARun_IsAPage()
    {
        SyntheticImages images = SyntheticImages.Create(train: 100, test: 40);
        (ImageDataset train, ImageDataset test, IReadOnlyList<string> classNames) = (images.Train, images.Test, images.ClassNames);
        using Sequential model = LeNetBuilder.Create(test.ImageShape, images.ClassNames.Count);
        model.Compile(new Adam(), new SparseCategoricalCrossentropy(), [new Accuracy()]);

        #region report
        TrainingHistory history = model.Fit(train, epochs: 2, validationSplit: 0.1);

        new TrainingReport(model, history, test, classNames).Save("report.html");
        #endregion

        Assert.Contains(classNames[3], File.ReadAllText("report.html"), StringComparison.Ordinal);
    }
}
