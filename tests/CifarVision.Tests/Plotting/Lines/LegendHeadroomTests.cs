using CifarVision.Plotting.Lines;
using ScottPlot;

namespace CifarVision.Tests.Plotting.Lines;

public sealed class LegendHeadroomTests
{
    [Theory]
    [InlineData(500, 480)]
    [InlineData(260, 240)]
    public void Legend_OverCurvesThatStartHigh_CoversNone(int width, int height)
    {
        double[] xs = [.. Enumerable.Range(0, 35).Select(x => (double)x)];
        using Plot plot = Draw([new LineSeries("Train", xs, [.. xs.Select(x => Math.Exp(-x / 8))]), new LineSeries("Test", [0, 34], [1.2, 0.3])], width, height);
        PixelRect legend = LegendOf(plot);
        foreach (double x in Enumerable.Range(0, 341).Select(i => i / 10.0))
        {
            Pixel train = plot.GetPixel(new Coordinates(x, Math.Exp(-x / 8)));
            Pixel test = plot.GetPixel(new Coordinates(x, 1.2 - (0.9 * x / 34)));
            Assert.False(legend.Contains(train) || legend.Contains(test), $"hidden at {x}");
        }
    }

    [Fact]
    public void Legend_OverCurvesThatStartLow_TakesNoRoom()
    {
        using Plot plot = Draw([new LineSeries("Train", [0, 10], [0, 1])], 500, 480);
        Assert.Equal(1.05, plot.Axes.GetLimits().Top, 1e-12);
    }

    private static Plot Draw(IReadOnlyList<LineSeries> series, int width, int height)
    {
        Plot plot = LineChart.Create(new LinePanel("Model loss", "Epoch", "Loss", series));
        plot.RenderInMemory(width, height);
        return plot;
    }

    private static PixelRect LegendOf(Plot plot)
    {
        using Paint paint = Paint.NewDisposablePaint();
        PixelRect inside = plot.LastRender.DataRect.Contract(plot.Legend.Margin);
        return plot.Legend.GetLayout(inside.Size, paint).LegendRect.AlignedInside(inside, plot.Legend.Alignment);
    }
}
