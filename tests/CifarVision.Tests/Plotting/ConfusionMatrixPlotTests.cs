using System.Globalization;
using CifarVision.Metrics;
using CifarVision.Plotting;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Plotting;

public sealed class ConfusionMatrixPlotTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Svg => _folder.File("matrix.svg");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SavePlot_Counts_AreInTheCells()
    {
        Matrix(3, (0, 0, 41), (0, 2, 7), (1, 1, 52), (2, 0, 100)).SavePlot(Svg, ["cat", "dog", "automobile"]);
        IReadOnlyList<string> texts = Picture.Texts(Svg);
        Assert.Equal(["100", "41", "52", "7"], texts.Where(text => int.TryParse(text, CultureInfo.InvariantCulture, out _)).Order(StringComparer.Ordinal));
        Assert.All(new[] { "cat", "dog", "automobile" }, name => Assert.Equal(2, texts.Count(text => text == name)));
        Assert.Superset(new HashSet<string> { "Confusion matrix", "True class", "Predicted class", "200 samples, accuracy 46.50 %" }, texts.ToHashSet());
    }

    [Fact]
    public void SavePlot_Normalized_SaysPercentOfTheRow()
    {
        Matrix(3, (0, 0, 995), (0, 2, 5), (1, 1, 3), (1, 0, 1), (2, 2, 1)).SavePlot(Svg, normalize: true);
        IReadOnlyList<string> texts = Picture.Texts(Svg);
        Assert.Contains("<1", texts);
        Assert.Contains("75", texts);
        Assert.Contains("25", texts);
        Assert.Contains("1,005 samples, accuracy 99.40 %; cells in percent of the true class", texts);
    }

    [Theory]
    [InlineData(300, 200)]
    [InlineData(3000, 2000)]
    public void SavePlot_AHundredClasses_NamesThoseThatThereIsRoomFor(int width, int height)
    {
        string[] names = [.. Enumerable.Range(0, 100).Select(i => $"{i} {new string('m', 40)}")];
        Matrix(100, (0, 1, 5), (99, 99, 5)).SavePlot(Svg, names, width: width, height: height);
        int named = Picture.Texts(Svg).Count(text => text.Contains("mm", StringComparison.Ordinal));
        Assert.InRange(named, width == 3000 ? 200 : 10, width == 3000 ? 200 : 60);
    }

    [Fact]
    public void SavePlot_Png_HasItsSize()
    {
        using var german = new CultureScope("de-DE");
        Matrix(2, (0, 0, 1)).SavePlot(_folder.File("m.png"));
        Matrix(2).SavePlot(_folder.File("empty.png"), width: 321, height: 234);
        Assert.Equal((800, 800), Picture.PngSize(_folder.File("m.png")));
        Assert.Equal((321, 234), Picture.PngSize(_folder.File("empty.png")));
    }

    [Fact]
    public void SavePlot_OtherNamesThanClasses_IsAnError()
    {
        var error = Assert.Throws<ArgumentException>(() => Matrix(3).SavePlot(Svg, ["cat", "dog"]));
        Assert.StartsWith("ConfusionMatrix: classNames must be 3, one for each class, but was 2.", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Svg));
    }

    private static ConfusionMatrix Matrix(int classes, params (int True, int Predicted, int Samples)[] cells)
    {
        var matrix = new ConfusionMatrix(classes);
        foreach ((int truth, int predicted, int samples) in cells)
        {
            using var scope = torch.NewDisposeScope();
            matrix.Update(TorchMath.Full(samples, truth, ScalarType.Int64, torch.CPU), torch.nn.functional.one_hot(TorchMath.Full(samples, predicted, ScalarType.Int64, torch.CPU), classes).to(ScalarType.Float32));
        }

        return matrix;
    }
}
