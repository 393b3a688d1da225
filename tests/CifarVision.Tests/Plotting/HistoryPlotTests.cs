using System.Xml.Linq;
using CifarVision.History;
using CifarVision.Plotting;
using CifarVision.Plotting.Lines;
using CifarVision.Tests.History;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Plotting;

public sealed class HistoryPlotTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private string Png => Path.Combine(_folder.FullName, "training.png");

    private string Svg => Path.Combine(_folder.FullName, "training.svg");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Panels_AccuracyAndValidation_AreThePictureOfTheListing()
    {
        IReadOnlyList<LinePanel> panels = HistoryPlot.Panels(TwoEpochs());
        Assert.Equal([("Model accuracy", "Epoch", "Accuracy"), ("Model loss", "Epoch", "Loss")], panels.Select(panel => (panel.Title, panel.XLabel, panel.YLabel)));
        Assert.All(panels, panel => Assert.Equal(["Train", "Test"], panel.Series.Select(series => series.Label)));
        Assert.All(panels, panel => Assert.All(panel.Series, series => Assert.Equal([0, 1], series.Xs)));
        Assert.Equal([[0.25, 0.5], [0.125, 0.375]], panels[0].Series.Select(series => series.Ys));
        Assert.Equal([[2, 1], [3, 2.5]], panels[1].Series.Select(series => series.Ys));
    }

    [Fact]
    public void Panels_ValidationInSomeEpochs_StandsAtThoseEpochs()
    {
        LinePanel panel = Assert.Single(HistoryPlot.Panels(Histories.WithGaps()));
        Assert.Equal("Model loss", panel.Title);
        Assert.Equal([0, 1, 2, 3], panel.Series[0].Xs);
        Assert.Equal([1, 3], panel.Series[1].Xs);
        Assert.Equal([2.25, 1.25], panel.Series[1].Ys);
    }

    [Fact]
    public void Panels_NoValidation_ShowOnlyTrain() =>
        Assert.All(HistoryPlot.Panels(Histories.Of(new Dictionary<string, double> { ["loss"] = 1, ["accuracy"] = 0.5 })), panel => Assert.Equal("Train", Assert.Single(panel.Series).Label));

    [Fact]
    public void Panels_NoAccuracy_ShowTheFirstOtherMetric()
    {
        IReadOnlyList<LinePanel> panels = HistoryPlot.Panels(Histories.Of(
            new Dictionary<string, double> { ["loss"] = 1, ["learning_rate"] = 0.1, ["top_k_categorical_accuracy"] = 0.5, ["val_loss"] = 2 }));
        Assert.Equal(["Model top k categorical accuracy", "Model loss"], panels.Select(panel => panel.Title));
        Assert.Equal("Top k categorical accuracy", panels[0].YLabel);
    }

    [Fact]
    public void Panels_LearningRateThatFallsTenfold_IsShownInDecades()
    {
        LinePanel panel = HistoryPlot.Panels(Rates(0.1, 0.01, 0.001), learningRate: true)[^1];
        Assert.Equal(("Learning rate", true, false), (panel.Title, panel.IsLogarithmic, panel.HasLegend));
        Assert.Equal([-1, -2, -3], Assert.Single(panel.Series).Ys, (expected, found) => Math.Abs(expected - found) < 1e-12);
    }

    [Theory]
    [InlineData(0.1, 0.05)]
    [InlineData(0.1, 0)]
    public void Panels_LearningRateThatFallsLessOrToZero_IsShownAsItIs(double first, double last)
    {
        LinePanel panel = HistoryPlot.Panels(Rates(first, last), learningRate: true)[^1];
        Assert.False(panel.IsLogarithmic);
        Assert.Equal([first, last], panel.Series[0].Ys);
    }

    [Fact]
    public void SavePlot_LearningRateOfNone_SaysWhoLogsIt()
    {
        var error = Assert.Throws<InvalidOperationException>(() => TwoEpochs().SavePlot(Png, learningRate: true));
        Assert.Equal(
            "HistoryPlot: the history must have 'learning_rate' to show it, but has not. Train with a LearningRateScheduler or ReduceLROnPlateau, or leave learningRate out.", error.Message);
    }

    [Fact]
    public void Panels_Smoothing_KeepsTheValuesThinBehindTheirMeans()
    {
        IReadOnlyList<LineSeries> series = HistoryPlot.Panels(TwoEpochs(), smoothing: 0.5)[1].Series;
        Assert.Equal([("Train", false), ("Test", false), ("Train", true), ("Test", true)], series.Select(one => (one.Label, one.IsNamed)));
        Assert.Equal([2, 1], series[0].Ys);
        Assert.Equal([2, 4 / 3.0], series[2].Ys, (expected, found) => Math.Abs(expected - found) < 1e-12);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void SavePlot_SmoothingOutOfRange_IsAnError(double smoothing)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => TwoEpochs().SavePlot(Png, smoothing: smoothing));
        Assert.StartsWith(FormattableString.Invariant($"HistoryPlot: smoothing must be from 0 to below 1, but was {smoothing}."), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SavePlot_LearningRateAndSmoothing_AreDrawn()
    {
        Rates(0.1, 0.01).SavePlot(Svg, learningRate: true, smoothing: 0.9);
        Assert.Superset(new HashSet<string> { "Learning rate", "1e-1", "1e-2", "Train" }, Picture.Texts(Svg).ToHashSet());
    }

    [Fact]
    public void SavePlot_NothingTrained_IsAnError()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new TrainingHistory().SavePlot(Png));
        Assert.Equal("HistoryPlot: the history must have an epoch with a loss or a metric, but has none. Train first.", error.Message);
    }

    [Fact]
    public void SavePlot_Png_IsTenByFiveInchesByDefault()
    {
        TwoEpochs().SavePlot(Png);
        Assert.Equal((1000, 500), Picture.PngSize(Png));
        Assert.Single(_folder.GetFileSystemInfos());
    }

    [Theory]
    [InlineData(400, 200)]
    [InlineData(2001, 999)]
    [InlineData(100, 100)]
    public void SavePlot_Size_IsKept(int width, int height)
    {
        TwoEpochs().SavePlot(Png, width, height);
        TwoEpochs().SavePlot(Svg, width, height);
        Assert.Equal((width, height), Picture.PngSize(Png));
        XElement root = XDocument.Load(Svg).Root!;
        Assert.Equal((width, height), ((int)root.Attribute("width")!, (int)root.Attribute("height")!));
    }

    [Fact]
    public void SavePlot_Svg_HoldsEachTextOnceAsOutlines()
    {
        TwoEpochs().SavePlot(Svg);
        IReadOnlyList<string> labels = Picture.Texts(Svg);
        Assert.Equal(1, labels.Count(label => label == "Model accuracy"));
        Assert.Equal(1, labels.Count(label => label == "Model loss"));
        Assert.Equal(1, labels.Count(label => label == "Accuracy"));
        Assert.Equal(2, labels.Count(label => label == "Epoch"));
        Assert.Equal(2, labels.Count(label => label == "Test"));
    }

    [Fact]
    public void SavePlot_Svg_TellsTheCurvesApartWithoutColour()
    {
        TwoEpochs().SavePlot(Svg);
        ILookup<string?, string> strokes = XDocument.Load(Svg).Root!.Descendants().ToLookup(element => (string?)element.Attribute("stroke"), element => (string?)element.Attribute("d") ?? "");
        Assert.All(strokes["#0072B2"], path => Assert.Equal(1, path.Count(letter => letter == 'M')));
        Assert.Equal(4, strokes["#D55E00"].Count(path => path.Count(letter => letter == 'M') > 1));
    }

    [Fact]
    public void SavePlot_AgainUnderADecimalComma_WritesTheSameFile()
    {
        TwoEpochs().SavePlot(Svg);
        string expected = File.ReadAllText(Svg);
        using var german = new CultureScope("de-DE");
        TwoEpochs().SavePlot(Svg);
        Assert.Equal(expected, File.ReadAllText(Svg));
    }

    [Theory]
    [InlineData("nan")]
    [InlineData("inf")]
    public void SavePlot_OnlyValuesThatAreNotFinite_SaysSo(string kind)
    {
        double value = kind == "nan" ? double.NaN : double.PositiveInfinity;
        Histories.Of(new() { ["loss"] = value }, new() { ["loss"] = value }).SavePlot(Svg);
        Assert.Contains("aria-label=\"no finite values\"", File.ReadAllText(Svg), StringComparison.Ordinal);
    }

    [Fact]
    public void SavePlot_ExtremeValues_AreDrawn()
    {
        Histories.Of(
            new() { ["loss"] = 1e300, ["val_loss"] = -1e300, ["accuracy"] = 1e-300 },
            new() { ["loss"] = double.MaxValue, ["val_loss"] = double.Epsilon, ["accuracy"] = 2e-300 }).SavePlot(Svg);
        Assert.DoesNotContain("NaN", File.ReadAllText(Svg), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void SavePlot_ScottPlotOfTheUser_IsLeftAlone()
    {
        (string, object?, int) before = (ScottPlot.Fonts.Default, ScottPlot.Fonts.DefaultFontStyle, ScottPlot.Fonts.FontResolvers.Count);
        TwoEpochs().SavePlot(Png);
        Assert.Equal(before, (ScottPlot.Fonts.Default, ScottPlot.Fonts.DefaultFontStyle, ScottPlot.Fonts.FontResolvers.Count));
    }

    [Theory]
    [InlineData("training.pdf", "'.pdf'")]
    [InlineData("training", "''")]
    public void SavePlot_AnotherEnding_NamesBothThatWork(string name, string ending)
    {
        string path = Path.Combine(_folder.FullName, name);
        var error = Assert.Throws<ArgumentException>(() => TwoEpochs().SavePlot(path));
        Assert.StartsWith($"PlotFile: path must end in .png or .svg, but ends in {ending}: '{path}'.", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [Theory]
    [InlineData(99, 500, "width", 99)]
    [InlineData(1000, 10_001, "height", 10_001)]
    public void SavePlot_SizeOutOfRange_IsAnError(int width, int height, string name, int value)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => TwoEpochs().SavePlot(Png, width, height));
        Assert.StartsWith($"PlotFile: {name} must be 100 to 10000 pixels, but was {value}.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SavePlot_MissingFolder_IsAnError() =>
        Assert.Throws<DirectoryNotFoundException>(() => TwoEpochs().SavePlot(Path.Combine(_folder.FullName, "missing", "training.png")));

    private static TrainingHistory Rates(params double[] rates) => Histories.Of([.. rates.Select(rate => new Dictionary<string, double> { ["loss"] = 1, ["learning_rate"] = rate })]);

    private static TrainingHistory TwoEpochs() => Histories.Of(
        new() { ["accuracy"] = 0.25, ["loss"] = 2, ["val_accuracy"] = 0.125, ["val_loss"] = 3 },
        new() { ["accuracy"] = 0.5, ["loss"] = 1, ["val_accuracy"] = 0.375, ["val_loss"] = 2.5 });
}
