using CifarVision.Callbacks;

namespace CifarVision.Tests.Callbacks;

public class TerminalTests
{
    [Theory]
    [InlineData(false, null, "xterm", true)]
    [InlineData(false, null, null, true)]
    [InlineData(false, "", "xterm", true)]
    [InlineData(true, null, "xterm", false)]
    [InlineData(false, "true", "xterm", false)]
    [InlineData(false, null, "dumb", false)]
    public void IsInteractive_Surroundings_DecideWhetherALineCanBeDrawnOver(bool redirected, string? ci, string? term, bool expected) =>
        Assert.Equal(expected, Terminal.IsInteractive(redirected, name => name == "CI" ? ci : name == "TERM" ? term : null));

    [Fact]
    public void Width_AnyPlace_IsPositive() => Assert.InRange(Terminal.Width, 1, int.MaxValue);
}
