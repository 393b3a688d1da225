using CifarVision.Callbacks.Progress;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks.Progress;

public class ProgressTextTests
{
    private static readonly Dictionary<string, double> Figures = new() { ["accuracy"] = 0.4012, ["loss"] = 1.6543 };

    [Fact]
    public void Finished_AllSteps_BarIsFullAndTimeIsWhatItTook() =>
        Assert.Equal(
            ["352/352 ━━━━━━━━━━━━━━━━━━━━ 42s 119ms/step", "accuracy: 0.4012", "loss: 1.6543"],
            ProgressText.Finished(Timer(352, 0.119), 352, Figures, unicode: true));

    [Fact]
    public void Finished_NoSteps_BarIsFull() =>
        Assert.Equal(["0/0 ==================== 0s 0s/step"], ProgressText.Finished(Timer(0, 0), 0, [], unicode: false));

    [Fact]
    public void Summary_AllSteps_HasNoBar() =>
        Assert.Equal("352/352 - 42s - 119ms/step - accuracy: 0.4012 - loss: 1.6543", ProgressText.Summary(Timer(352, 0.119), 352, Figures));

    [Theory]
    [InlineData(12, 352, " 12/352")]
    [InlineData(352, 352, "352/352")]
    [InlineData(1, 1, "1/1")]
    public void Count_AnyStep_IsAligned(int step, int steps, string expected) => Assert.Equal(expected, ProgressText.Count(step, steps));

    [Theory]
    [InlineData(0, 4, false, "........")]
    [InlineData(2, 4, false, "====....")]
    [InlineData(2, 4, true, "━━━━────")]
    [InlineData(4, 4, true, "━━━━━━━━")]
    [InlineData(0, 0, true, "━━━━━━━━")]
    public void Bar_AnyStep_IsAsFullAsThePass(int step, int steps, bool unicode, string expected) =>
        Assert.Equal(expected, ProgressText.Bar(step, steps, 8, unicode));

    [Theory]
    [InlineData(0.0010001, "0.0010")]
    [InlineData(0.001, "1.0000e-03")]
    [InlineData(-0.001, "-1.0000e-03")]
    [InlineData(-1.5, "-1.5000")]
    [InlineData(0, "0.0000e+00")]
    [InlineData(double.NaN, "nan")]
    public void Figure_AtOrUnderAThousandth_IsInExponents(double value, string expected) => Assert.Equal(expected, ProgressText.Figure(value));

    [Theory]
    [InlineData(0, "0s/step")]
    [InlineData(2.4, "2s/step")]
    [InlineData(0.009, "9ms/step")]
    [InlineData(0.00031, "310us/step")]
    public void PerStep_AnyDuration_IsInTheUnitThatFits(double seconds, string expected) => Assert.Equal(expected, ProgressText.PerStep(seconds));

    [Theory]
    [InlineData(0.44, "0.4 images/s")]
    [InlineData(1306.4, "1,306 images/s")]
    public void Rate_AnySpeed_IsInSamplesASecond(double perSecond, string expected) => Assert.Equal(expected, ProgressText.Rate(perSecond, "images"));

    [Theory]
    [InlineData(9.7, "9s")]
    [InlineData(60, "60s")]
    [InlineData(125, "2:05")]
    [InlineData(3665, "1:01:05")]
    public void Remaining_AnyTime_IsAsKerasWritesIt(double seconds, string expected) => Assert.Equal(expected, ProgressText.Remaining(seconds));

    [Fact]
    public void Fold_PiecesForTwoLines_TearsNone() =>
        Assert.Equal(["one - two", "three", "a-very-long-one", "four"], ProgressText.Fold(["one", "two", "three", "a-very-long-one", "four"], 10));

    private static StepTimer Timer(int steps, double secondsPerStep)
    {
        var clock = new ManualClock();
        var timer = new StepTimer(clock);
        for (int step = 1; step <= steps; step++)
        {
            clock.Advance(secondsPerStep);
            timer.StepDone(step);
        }

        return timer;
    }
}
