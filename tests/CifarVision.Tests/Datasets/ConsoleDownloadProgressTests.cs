using CifarVision.Datasets;

namespace CifarVision.Tests.Datasets;

public class ConsoleDownloadProgressTests
{
    [Fact]
    public void Report_NoTerminal_WritesBeginningAndEndWithoutControlCharacters() =>
        Assert.Equal("Downloading\n170 of 170 MB\n", Run(redraw: false));

    [Fact]
    public void Report_Terminal_RedrawsOneLineEachMegabyte() =>
        Assert.Equal("Downloading\n\r0 of 170 MB\r1 of 170 MB\r170 of 170 MB\n", Run(redraw: true));

    [Fact]
    public void Report_UnknownTotal_ShowsWhatCame()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var progress = new ConsoleDownloadProgress(output, "Downloading", redraw: true);
        progress.Report(new DownloadProgress(3_400_000, null));

        Assert.Equal("Downloading\n\r3 of ? MB", output.ToString());
    }

    private static string Run(bool redraw)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var progress = new ConsoleDownloadProgress(output, "Downloading", redraw);
        foreach (long received in (long[])[0, 1_000_000, 1_200_000, 170_052_171])
            progress.Report(new DownloadProgress(received, 170_052_171));
        return output.ToString();
    }
}
