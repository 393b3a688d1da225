using CifarVision.Callbacks.Progress;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks.Progress;

public sealed class LiveLinesTests : IDisposable
{
    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Draw_Again_StandsInPlaceOfWhatWasThere()
    {
        var lines = new LiveLines(_terminal.Spectre);
        _terminal.Write("before\n");

        lines.Draw(["a long line", "a second", "a third"]);
        Assert.Equal("before\na long line\na second\na third", _terminal.Screen);

        lines.Draw(["short", "again"]);
        Assert.Equal("before\nshort\nagain", _terminal.Screen);
    }

    [Fact]
    public void Draw_AnyLines_LeavesTheCursorVisibleOnAnEmptyLine()
    {
        new LiveLines(_terminal.Spectre).Draw(["a line"]);

        Assert.True(_terminal.IsOnEmptyLine);
        Assert.DoesNotContain("\e[?25l", _terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_WiderThanTheTerminal_IsCutSoThatItDoesNotWrap()
    {
        using var terminal = new FakeTerminal(width: 11);
        var lines = new LiveLines(terminal.Spectre);

        lines.Draw(["0123456789ABCDEF", "next"]);
        lines.Draw(["0123456789ABCDEF", "next"]);

        Assert.StartsWith("0123456789", terminal.Screen, StringComparison.Ordinal);
        Assert.Equal(2, terminal.Screen.Split('\n').Length);
    }

    [Fact]
    public void Draw_HigherThanTheTerminal_IsCutSoThatItCanBeDrawnOver()
    {
        using var terminal = new FakeTerminal(height: 4);
        var lines = new LiveLines(terminal.Spectre);

        lines.Draw(["1", "2", "3", "4", "5"]);
        lines.Draw(["1", "2", "3", "4", "5"]);

        Assert.Equal("1\n2\n3", terminal.Screen);
    }

    [Fact]
    public void Draw_PartHighlighted_IsColouredAndOtherwiseTheSame()
    {
        _terminal.Spectre.Profile.Capabilities.ColorSystem = Spectre.Console.ColorSystem.Standard;

        new LiveLines(_terminal.Spectre).Draw(["from here to there"], "here");

        Assert.Equal("from here to there", _terminal.Screen);
        Assert.Contains("from \e[32mhere\e[0m to", _terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public void Clear_LinesDrawn_TakesThemAway()
    {
        var lines = new LiveLines(_terminal.Spectre);
        _terminal.Write("before\n");
        lines.Draw(["1", "2"]);

        lines.Clear();

        Assert.Equal("before", _terminal.Screen);
        Assert.True(_terminal.IsOnEmptyLine);
    }

    [Fact]
    public void Leave_LinesDrawn_StaysAndNextIsDrawnUnderThem()
    {
        var lines = new LiveLines(_terminal.Spectre);
        lines.Draw(["old"]);

        lines.Leave();
        lines.Draw(["new"]);

        Assert.Equal("old\nnew", _terminal.Screen);
    }

    [Fact]
    public void ConsoleWrite_LinesDrawn_GoesAboveThem()
    {
        TextWriter before = Console.Out;
        Console.SetOut(_terminal);
        try
        {
            TextWriter given = Console.Out;
            var lines = new LiveLines(_terminal.Console(given));
            lines.Draw(["live"]);

            Console.WriteLine("a user's line");
            Assert.Equal("a user's line", _terminal.Screen);
            lines.Draw(["live"]);
            Console.Write("half a line");
            lines.Draw(["live"]);
            Assert.Equal("a user's line\nhalf a line\nlive", _terminal.Screen);
            lines.Leave();

            Assert.Same(given, Console.Out);
        }
        finally
        {
            Console.SetOut(before);
        }
    }

    [Fact]
    public void Leave_ProgramHasSetStandardOutputMeanwhile_KeepsThat()
    {
        TextWriter before = Console.Out;
        Console.SetOut(_terminal);
        try
        {
            TextWriter given = Console.Out;
            var lines = new LiveLines(_terminal.Console(given));
            lines.Draw(["1/2"]);
            using var own = new StringWriter();
            Console.SetOut(own);
            TextWriter expected = Console.Out;

            lines.Leave();

            Assert.Same(expected, Console.Out);
        }
        finally
        {
            Console.SetOut(before);
        }
    }
}
