namespace CifarVision.Datasets;

/// <summary>Reports a download on the console, in one line that is redrawn if the output is a terminal.</summary>
/// <param name="output">The writer.</param>
/// <param name="what">The first line.</param>
/// <param name="redraw">Whether control characters may be written.</param>
internal sealed class ConsoleDownloadProgress(TextWriter output, string what, bool redraw) : IProgress<DownloadProgress>
{
    private const int MegaByte = 1_000_000;
    private long _shown = -1;

    public void Report(DownloadProgress value)
    {
        if (_shown < 0)
            output.WriteLine(what);
        long megaBytes = value.BytesReceived / MegaByte;
        bool complete = value.BytesReceived == value.TotalBytes;
        if (megaBytes == _shown && !complete)
            return;

        _shown = megaBytes;
        string line = FormattableString.Invariant($"{megaBytes} of {(value.TotalBytes is { } total ? total / MegaByte : "?")} MB");
        if (redraw)
            output.Write(complete ? $"\r{line}\n" : $"\r{line}");
        else if (complete)
            output.WriteLine(line);
    }
}
