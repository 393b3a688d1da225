using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Plotting;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Plotting;

public sealed class FilterPlotTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tiles_ThreeChannels_AreColoursAroundGrey()
    {
        var convolution = new Conv2D(2, (1, 2), useBias: false);
        using var model = new Sequential((4, 4, 3), convolution);

        // (kh, kw, in, out): the first filter is 2, -1, 0 and 0, 0, 1; the second is zero.
        convolution.SetWeights([np.array(new float[] { 2, 0, -1, 0, 0, 0, 0, 0, 0, 0, 1, 0 }).reshape(1, 2, 3, 2)]);
        Tile[] tiles = FilterPlot.Tiles(model);
        Assert.Equal([255, 64, 128, 255, 128, 128, 191, 255], tiles[0].Pixels);
        Assert.Equal([128, 128, 128, 255, 128, 128, 128, 255], tiles[1].Pixels);
    }

    [Fact]
    public void Tiles_OtherChannels_AreGreyMeans()
    {
        var convolution = new Conv2D(1, (1, 2), useBias: false);
        using var model = new Sequential((4, 4, 2), ResidualModel.Create((4, 4, 2), [convolution, new Conv2D(2, 1)], [new Conv2D(2, (1, 2))]));
        convolution.SetWeights([np.array(new float[] { 1, 3, -1, 0 }).reshape(1, 2, 2, 1)]);
        Assert.Equal([255, 255, 255, 255, 96, 96, 96, 255], Assert.Single(FilterPlot.Tiles(model)).Pixels);
    }

    [Fact]
    public void SaveFilters_AlexNet_IsAGridOfTheFilters()
    {
        using var model = new Sequential((8, 8, 3), new Conv2D(7, 3));
        model.SaveFilters(_folder.File("f.png"));
        model.SaveFilters(_folder.File("f.svg"), columns: 7, scale: 2);
        Assert.Equal((184, 184), Picture.PngSize(_folder.File("f.png")));
        Assert.StartsWith("<?xml", File.ReadAllText(_folder.File("f.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public void SaveFilters_NoConvolution_IsAnError()
    {
        using var model = new Sequential((8, 8, 3), new Flatten());
        var error = Assert.Throws<InvalidOperationException>(() => model.SaveFilters(_folder.File("f.png")));
        Assert.Equal("FilterPlot: the model must have a Conv2D, but 'sequential' has none.", error.Message);
    }

    [Fact]
    public void SaveFilters_NotBuilt_IsAnError()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new Sequential(new Conv2D(4, 3)).SaveFilters(_folder.File("f.png")));
        Assert.Equal("FilterPlot: 'conv2d' must be built, but has no weights yet. Give the model its input shape, or call it once.", error.Message);
    }

    [Fact]
    public void SaveFilters_NoColumns_IsAnError() =>
        Assert.StartsWith(
            "FilterPlot: columns must be at least 1, but was 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Sequential(new Conv2D(4, 3)).SaveFilters(_folder.File("f.png"), columns: 0)).Message,
            StringComparison.Ordinal);
}
