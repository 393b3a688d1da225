using CifarVision.Plotting.Lines;

namespace CifarVision.Tests.Plotting.Lines;

public sealed class LineSeriesTests
{
    [Fact]
    public void Runs_ValuesThatAreNotFinite_InterruptTheCurve()
    {
        var series = new LineSeries("Train", [0, 1, 2, 3, 4, 5, 6], [double.NaN, 1, 2, double.PositiveInfinity, double.NegativeInfinity, 5, double.NaN]);
        Assert.Equal([[(1, 1), (2, 2)], [(5, 5)]], series.Runs());
    }

    [Fact]
    public void Runs_NothingFinite_AreNone() => Assert.Empty(new LineSeries("Train", [0, 1], [double.NaN, double.NaN]).Runs());

    [Theory]
    [InlineData(12, true)]
    [InlineData(13, false)]
    public void IsMarked_FewPoints_AreMarked(int points, bool marked) =>
        Assert.Equal(marked, new LineSeries("Train", new double[points], new double[points]).IsMarked);
}
