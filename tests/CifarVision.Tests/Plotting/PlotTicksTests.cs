using CifarVision.Plotting;
using CifarVision.Tests.Testing;
using ScottPlot;

namespace CifarVision.Tests.Plotting;

public sealed class PlotTicksTests
{
    [Theory]
    [InlineData(0, 0, 1, "0")]
    [InlineData(0, 1, 1.06, "0 1")]
    [InlineData(0, 9, 9.54, "0 1 2 3 4 5 6 7 8 9")]
    [InlineData(0, 34, 36, "0 5 10 15 20 25 30")]
    [InlineData(0, 99, 105, "0 20 40 60 80")]
    [InlineData(7, 12, 5.3, "7 8 9 10 11 12")]
    public void Generate_Epochs_AreWholeNumbersFromFirstToLast(double first, double last, double length, string labels) =>
        Assert.Equal(labels, Labels(new PlotTicks(first, last, wholeNumbers: true).Generate(first, last, length, 10)));

    [Theory]
    [InlineData(0.37, 1.02, "0.4 0.5 0.6 0.7 0.8 0.9 1.0")]
    [InlineData(-0.04, 1.8, "0.0 0.2 0.4 0.6 0.8 1.0 1.2 1.4 1.6 1.8")]
    [InlineData(-3.2, 4.1, "-3 -2 -1 0 1 2 3 4")]
    [InlineData(0.3785, 0.3845, "0.379 0.380 0.381 0.382 0.383 0.384")]
    [InlineData(0, 950_000, "0 100000 200000 300000 400000 500000 600000 700000 800000 900000")]
    [InlineData(0, 6.2e37, "0 1e+37 2e+37 3e+37 4e+37 5e+37 6e+37")]
    [InlineData(0.9e-7, 4.2e-7, "1.0e-7 1.5e-7 2.0e-7 2.5e-7 3.0e-7 3.5e-7 4.0e-7")]
    public void Generate_Values_HaveEquallyManyDecimals(double from, double to, string labels)
    {
        using var german = new CultureScope("de-DE");
        var ticks = new PlotTicks(double.NegativeInfinity, double.PositiveInfinity, wholeNumbers: false);
        Assert.Equal(labels, Labels(ticks.Generate(from, to, to - from, 10)));
    }

    private static string Labels(Tick[] ticks) => string.Join(' ', ticks.Select(tick => tick.Label));
}
