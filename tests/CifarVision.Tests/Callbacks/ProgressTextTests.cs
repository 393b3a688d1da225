using CifarVision.Callbacks;

namespace CifarVision.Tests.Callbacks;

public class ProgressTextTests
{
    private static readonly Dictionary<string, double> Figures = new() { ["accuracy"] = 0.4012, ["loss"] = 1.6543 };

    [Fact]
    public void Running_TwelveOf352_CountIsAlignedAndTimeIsWhatIsLeft() =>
        Assert.Equal(
            " 12/352 ──────────────────── 3s 9ms/step - accuracy: 0.4012 - loss: 1.6543",
            ProgressText.Running(12, 352, 0.009, Figures, unicode: true));

    [Fact]
    public void Running_HalfWithoutUnicode_BarIsAscii() =>
        Assert.Equal("2/4 ==========.......... 4s 2s/step", ProgressText.Running(2, 4, 2, [], unicode: false));

    [Fact]
    public void Finished_AllSteps_BarIsFullAndTimeIsWhatItTook() =>
        Assert.Equal(
            "352/352 ━━━━━━━━━━━━━━━━━━━━ 42s 119ms/step - accuracy: 0.4012 - loss: 1.6543",
            ProgressText.Finished(352, 352, 42.1, 0.1189, Figures, unicode: true));

    [Fact]
    public void Finished_NoSteps_BarIsFull() =>
        Assert.Equal("0/0 ==================== 0s 0s/step", ProgressText.Finished(0, 0, 0, 0, [], unicode: false));

    [Fact]
    public void Summary_AllSteps_HasNoBar() =>
        Assert.Equal("352/352 - 42s - 119ms/step - accuracy: 0.4012 - loss: 1.6543", ProgressText.Summary(352, 352, 42.1, 0.1189, Figures));

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
    [InlineData(9.7, "9s")]
    [InlineData(60, "60s")]
    [InlineData(125, "2:05")]
    [InlineData(3665, "1:01:05")]
    public void Remaining_AnyTime_IsAsKerasWritesIt(double seconds, string expected) => Assert.Equal(expected, ProgressText.Remaining(seconds));
}
