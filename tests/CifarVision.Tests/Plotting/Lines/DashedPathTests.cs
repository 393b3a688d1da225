using CifarVision.Plotting.Lines;
using ScottPlot;
using SkiaSharp;

namespace CifarVision.Tests.Plotting.Lines;

public sealed class DashedPathTests
{
    [Fact]
    public void GetPath_Dashes_GoRoundCornersAndKeepTheirLength()
    {
        using SKPath path = new DashedPath([6, 4]).GetPath([new Pixel(0, 0), new Pixel(13, 0), new Pixel(13, 22)]);
        Assert.Equal([6, 6, 6, 5], Lengths(path).Select(length => Math.Round(length, 4)));
    }

    [Fact]
    public void GetPath_NoDashes_IsTheLine()
    {
        using SKPath path = new DashedPath([]).GetPath([new Pixel(0, 0), new Pixel(10, 0), new Pixel(10, 5)]);
        Assert.Equal([15], Lengths(path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void GetPath_TooFewPoints_IsEmpty(int points)
    {
        using SKPath path = new DashedPath([6, 4]).GetPath(Enumerable.Repeat(new Pixel(1, 1), points));
        Assert.Empty(Lengths(path));
    }

    private static List<float> Lengths(SKPath path)
    {
        var lengths = new List<float>();
        using var measure = new SKPathMeasure(path);
        while (measure.Length > 0)
        {
            lengths.Add(measure.Length);
            if (!measure.NextContour())
                break;
        }

        return lengths;
    }
}
