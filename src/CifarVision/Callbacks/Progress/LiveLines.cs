using System.Text;
using Spectre.Console;

namespace CifarVision.Callbacks.Progress;

/// <summary>
/// Lines at the end of a terminal that are redrawn in place. Output of the program appears above them.
/// </summary>
/// <remarks>
/// Spectre.Console knows the terminal and writes text and colors. Its own live display is not used: it hides the cursor, which then stays
/// hidden after Ctrl-C, and clears screen and history when the window shrinks. Here the cursor is always on an empty line below
/// the last one, so the terminal stays usable however the process ends.
/// </remarks>
internal sealed class LiveLines(IAnsiConsole console)
{
    private readonly Lock _gate = new();
    private int _drawn;
    private bool _printedHalfALine;
    private TextWriter? _standardOutput;
    private TextWriter? _printAbove;

    /// <summary>The number of columns available to a line.</summary>
    // Some terminals wrap when the last column is filled.
    public int Width => Math.Max(1, console.Profile.Width - 1);

    /// <summary>Whether the terminal shows Unicode characters.</summary>
    public bool Unicode => console.Profile.Capabilities.Unicode;

    /// <summary>Draws the lines in place of the previous ones. Lines that do not fit into the terminal are cut off.</summary>
    /// <param name="lines">Without line ends.</param>
    /// <param name="highlighted">The part of a line to color.</param>
    public void Draw(IReadOnlyList<string> lines, string highlighted = "")
    {
        lock (_gate)
        {
            TakeOverStandardOutput();
            var text = new StringBuilder(_printedHalfALine ? "\n" : "").Append(BackToTheFirst());
            _printedHalfALine = false;
            _drawn = Math.Min(lines.Count, Math.Max(1, console.Profile.Height - 1));
            for (int i = 0; i < _drawn; i++)
                text.Append(Styled(lines[i], highlighted)).Append("\e[K\n");
            Print($"{text}\e[J");
        }
    }

    /// <summary>Removes the lines.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (_drawn > 0)
                Print($"{BackToTheFirst()}\e[J");
            _drawn = 0;
        }
    }

    /// <summary>Leaves the lines on the screen, if there are any, and restores standard output.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _drawn = 0;
            // If the program has replaced standard output in the meantime, its writer is kept.
            if (_standardOutput is not null && ReferenceEquals(Console.Out, _printAbove))
                Console.SetOut(_standardOutput);
            (_standardOutput, _printAbove) = (null, null);
        }
    }

    /// <summary>Prints in place of the lines, which are drawn below it next time.</summary>
    public void PrintAbove(ReadOnlySpan<char> text)
    {
        lock (_gate)
        {
            Clear();
            console.Profile.Out.Writer.Write(text);
            _printedHalfALine = text.Length > 0 ? text[^1] != '\n' : _printedHalfALine;
        }
    }

    private string Styled(string line, string highlighted)
    {
        int start = line.IndexOf(highlighted, StringComparison.Ordinal);
        int end = start + highlighted.Length;
        var text = new Paragraph { Overflow = Overflow.Crop };
        return console.ToAnsi(
            start < 0 ? text.Append(line) : text.Append(line[..start]).Append(line[start..end], new Style(foreground: Color.Green)).Append(line[end..]));
    }

    private string BackToTheFirst() => _drawn == 0 ? "" : FormattableString.Invariant($"\e[{_drawn}A\r");

    private void TakeOverStandardOutput()
    {
        if (_standardOutput is not null || console.Profile.Out.Writer != Console.Out)
            return;
        _standardOutput = Console.Out;
        Console.SetOut(new PrintAboveWriter(this, _standardOutput.Encoding));
        _printAbove = Console.Out;
    }

    private void Print(string text)
    {
        console.Profile.Out.Writer.Write(text);
        console.Profile.Out.Writer.Flush();
    }
}
