using CifarVision.Callbacks;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

public class TerminateOnNaNTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void BatchEnd_NoFiniteLoss_CutsTheEpochShort(double loss)
    {
        using var output = new StringWriter { NewLine = "\n" };
        int steps = 0;
        var run = new ScriptedRun(new TerminateOnNaN(output)) { Steps = 5, AfterStep = _ => steps++ };

        int ran = run.Fit("loss", 1, loss, 1);

        Assert.Equal((2, 6), (ran, steps));
        Assert.Equal("Batch 0: Invalid loss, terminating training\n", output.ToString());
        Assert.Equal(2, run.History.Epoch.Count);
    }

    [Fact]
    public void BatchEnd_FiniteLoss_GoesOn() => Assert.Equal(3, new ScriptedRun(new TerminateOnNaN()).Fit("loss", 1, -5, 0));
}
