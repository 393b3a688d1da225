using CifarVision.Reports.Charts;

namespace CifarVision.Tests.Reports.Charts;

public class ChartAxisTests
{
    [Theory]
    [InlineData(0.31, 0.94)]
    [InlineData(1e-5, 3e-4)]
    [InlineData(-7, 1200)]
    [InlineData(0.5, 0.5)]
    [InlineData(0, 0)]
    public void Around_Values_EnclosesThemWithAFewTicks(double low, double high)
    {
        ChartAxis axis = ChartAxis.Around("loss", [low, double.NaN, high, double.PositiveInfinity]);

        Assert.InRange(low, axis.Low, axis.High);
        Assert.InRange(high, axis.Low, axis.High);
        Assert.InRange(axis.Ticks.Count, 2, 7);
        Assert.Equal(axis.Low, axis.Ticks[0]);
        Assert.Equal(axis.High, axis.Ticks[^1], 1e-9);
    }

    [Fact]
    public void Around_NoFiniteValue_IsFrom0To1() => Assert.Equal((0, 1), (ChartAxis.Around("loss", [double.NaN]).Low, ChartAxis.Around("loss", [double.NaN]).High));

    [Theory]
    [InlineData(1, 8)]
    [InlineData(8, 30)]
    [InlineData(1, 1000)]
    [InlineData(3, 3)]
    public void Whole_Epochs_HasWholeTicksInside(double first, double last)
    {
        ChartAxis axis = ChartAxis.Whole("epoch", first, last);

        Assert.InRange(axis.Ticks.Count, 1, 6);
        Assert.All(axis.Ticks, tick => Assert.True(tick >= first && tick <= last && tick == Math.Floor(tick)));
    }
}
