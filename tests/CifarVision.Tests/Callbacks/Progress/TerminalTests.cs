using CifarVision.Callbacks.Progress;

namespace CifarVision.Tests.Callbacks.Progress;

public class TerminalTests
{
    [Theory]
    [InlineData(false, "", true)]
    [InlineData(false, "TERM=xterm", true)]
    [InlineData(false, "TERM=xterm CI= NO_COLOR=", true)]
    [InlineData(true, "TERM=xterm", false)]
    [InlineData(false, "TERM=xterm CI=true", false)]
    [InlineData(false, "TERM=xterm NO_COLOR=1", false)]
    [InlineData(false, "TERM=dumb", false)]
    public void IsInteractive_Surroundings_DecideWhetherALineCanBeDrawnOver(bool redirected, string environment, bool expected)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

        Assert.Equal(expected, Terminal.IsInteractive(redirected, variables.GetValueOrDefault));
    }
}
