using CifarVision.Benchmarks.Measuring;

namespace CifarVision.Tests.Benchmarks;

public class MeasurementTests
{
    [Theory]
    [InlineData(new[] { 3.0, 1.0, 2.0 }, 2.0)]
    [InlineData(new[] { 4.0, 1.0, 2.0, 3.0 }, 2.5)]
    [InlineData(new[] { 7.0 }, 7.0)]
    public void Median_IsTheMiddle(double[] values, double expected) => Assert.Equal(expected, Measurement.Median(values));

    [Fact]
    public void SecondsPerCall_SeveralActions_CallsThemInTurnAfterTheWarmUps()
    {
        var calls = new List<string>();
        Effort effort = Effort.Smoke with { WarmUps = 1, LeastCalls = 2 };
        double[] seconds = Measurement.SecondsPerCall([() => calls.Add("a"), () => calls.Add("b")], effort, before: () => calls.Add("-"));

        Assert.Equal("-a-b-a-b-a-b", string.Concat(calls));
        Assert.All(seconds, value => Assert.InRange(value, 0, 1));
    }

    [Fact]
    public void SecondsPerCall_TimeLeft_GoesOnCalling()
    {
        int calls = 0;
        double seconds = Measurement.SecondsPerCall(
            () =>
            {
                calls++;
                Thread.Sleep(5);
            },
            Effort.Smoke with { SecondsPerFigure = 0.05 });

        Assert.InRange(calls, 2, 11);
        Assert.InRange(seconds, 0.004, 5);
    }

    [Fact]
    public void ToJson_AndBack_KeepsFigures()
    {
        Figure[] figures = [new("a", 1.25, Figure.Seconds), new("b", 1e9, Figure.Gigaflops)];

        Assert.Equal(figures, Figure.FromJson(Figure.ToJson(figures).ToJsonString()));
    }
}
