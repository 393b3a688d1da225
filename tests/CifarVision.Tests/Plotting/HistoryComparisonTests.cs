using CifarVision.History;
using CifarVision.Plotting;
using CifarVision.Plotting.Lines;
using CifarVision.Tests.History;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Plotting;

public sealed class HistoryComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Panels_AllValidated_ShowTestInFrontOfTrain()
    {
        IReadOnlyList<LinePanel> panels = HistoryComparison.Panels([("LeNet", Validated(0.5)), ("AlexNet", Validated(0.75))]);
        Assert.Equal(["Model accuracy", "Model loss"], panels.Select(panel => panel.Title));
        Assert.All(panels, panel => Assert.Equal([("LeNet", false), ("AlexNet", false), ("LeNet", true), ("AlexNet", true)], panel.Series.Select(one => (one.Label, one.IsNamed))));
        Assert.Equal([0.5, 0.75, 0.25, 0.375], panels[0].Series.Select(one => one.Ys[0]));
        Assert.Equal([LineLook.Of(0), LineLook.Of(1)], panels[0].Series.Skip(2).Select(one => one.Look));
    }

    [Fact]
    public void Panels_OneNotValidated_ShowTrainOnly()
    {
        IReadOnlyList<LinePanel> panels = HistoryComparison.Panels([("LeNet", Validated(0.5)), ("AlexNet", Trained(0.75))]);
        Assert.All(panels, panel => Assert.Equal([("LeNet", true), ("AlexNet", true)], panel.Series.Select(one => (one.Label, one.IsNamed))));
        Assert.Equal([0.5, 0.75], panels[0].Series.Select(one => one.Ys[0]));
    }

    [Fact]
    public void Panels_NoMetricInCommon_ShowTheLoss()
    {
        TrainingHistory other = Histories.Of(new Dictionary<string, double> { ["loss"] = 1, ["precision"] = 0.5 });
        Assert.Equal("Model loss", Assert.Single(HistoryComparison.Panels([("a", Trained(0.5)), ("b", other)])).Title);
    }

    [Theory]
    [InlineData(1000, 500)]
    [InlineData(300, 200)]
    public void SavePlot_ManyLongNames_LeavesRoomForThePanels(int width, int height)
    {
        string name = new('m', 200);
        HistoryComparison.SavePlot(_folder.File("c.svg"), [.. Enumerable.Range(0, 20).Select(i => ($"{i} {name}", Validated(0.5)))], width, height);
        IReadOnlyList<string> texts = Picture.Texts(_folder.File("c.svg"));
        Assert.Equal(20, texts.Count(text => char.IsDigit(text[0]) && text.EndsWith('…')));
        Assert.Contains("Model accuracy", texts);
    }

    [Fact]
    public void SavePlot_Validated_SaysWhichLinesAreThin()
    {
        HistoryComparison.SavePlot(_folder.File("c.svg"), [("LeNet", Validated(0.5)), ("AlexNet", Validated(0.75))]);
        HistoryComparison.SavePlot(_folder.File("c.png"), [("LeNet", Trained(0.5))], 640, 480);
        Assert.Superset(new HashSet<string> { "LeNet", "AlexNet", "(thin: train, thick: test)" }, Picture.Texts(_folder.File("c.svg")).ToHashSet());
        Assert.Equal((640, 480), Picture.PngSize(_folder.File("c.png")));
    }

    [Fact]
    public void SavePlot_NoHistory_IsAnError()
    {
        var error = Assert.Throws<ArgumentException>(() => HistoryComparison.SavePlot(_folder.File("c.png"), []));
        Assert.StartsWith("HistoryComparison: histories must be at least one, but was none.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SavePlot_OneNameTwice_IsAnError()
    {
        var error = Assert.Throws<ArgumentException>(() => HistoryComparison.SavePlot(_folder.File("c.png"), [("a", Trained(0.5)), ("a", Trained(0.75))]));
        Assert.StartsWith("HistoryComparison: histories must have different names, but two are called 'a'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SavePlot_NothingTrained_IsAnError()
    {
        var error = Assert.Throws<InvalidOperationException>(() => HistoryComparison.SavePlot(_folder.File("c.png"), [("a", Trained(0.5)), ("b", new TrainingHistory())]));
        Assert.Equal("HistoryComparison: the histories must have a loss or a metric in common, but have none. Train each first.", error.Message);
    }

    private static TrainingHistory Trained(double accuracy) => Histories.Of(new Dictionary<string, double> { ["accuracy"] = accuracy, ["loss"] = 2 });

    private static TrainingHistory Validated(double accuracy) =>
        Histories.Of(new Dictionary<string, double> { ["accuracy"] = accuracy, ["loss"] = 2, ["val_accuracy"] = accuracy / 2, ["val_loss"] = 3 });
}
