namespace CifarVision.Callbacks;

/// <summary>
/// A line of a terminal that is drawn over itself, by carriage return and blanks alone, which every terminal knows, and cut to its width,
/// since a line that wraps cannot be drawn over.
/// </summary>
internal sealed class LiveLine(TextWriter output, Func<int> terminalWidth)
{
    private int _drawn;

    /// <summary>Draws the line in place of what stood there.</summary>
    public void Draw(string text)
    {
        string line = Cut(text);
        output.Write($"\r{line.PadRight(_drawn)}");
        _drawn = line.Length;
        output.Flush();
    }

    /// <summary>Draws the line for the last time, in full, and goes to the next.</summary>
    public void Finish(string text)
    {
        output.WriteLine($"{(_drawn > 0 ? "\r" : "")}{text.PadRight(_drawn)}");
        _drawn = 0;
        output.Flush();
    }

    /// <summary>Leaves the line as it stands, if there is one, and goes to the next.</summary>
    public void Leave()
    {
        if (_drawn > 0)
            output.WriteLine();
        _drawn = 0;
    }

    /// <summary>Takes the line away, so that something else can be printed in its place.</summary>
    public void Clear()
    {
        if (_drawn == 0)
            return;
        output.Write($"\r{new string(' ', _drawn)}\r");
        _drawn = 0;
    }

    private string Cut(string text)
    {
        // A full last column makes some terminals wrap.
        int room = Math.Max(0, terminalWidth() - 1);
        return text.Length <= room ? text : text[..room];
    }
}
