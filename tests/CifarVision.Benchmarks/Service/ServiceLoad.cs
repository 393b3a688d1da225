using System.Diagnostics;
using CifarVision.Datasets;

namespace CifarVision.Benchmarks.Service;

/// <summary>The load of many clients on the sample BrowserDemo, each of which sends its next picture when the last is answered.</summary>
internal static class ServiceLoad
{
    private static readonly int[] Clients = [1, 8, 64];

    /// <summary>Prints a row for each number of clients; the exit code is 1 if a request failed.</summary>
    /// <param name="service">The address of a running service on this machine.</param>
    /// <param name="seconds">How long to measure each row, after a second of warm-up.</param>
    public static async Task<int> RunAsync(Uri service, int seconds)
    {
        byte[] picture = DrawnPicture();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) });
        var address = new Uri(service, "/classify");
        await MeasureAsync(client, address, picture, clients: 8, TimeSpan.FromSeconds(1));
        Console.WriteLine("| clients | requests a second | p50 ms | p99 ms | failed |");
        Console.WriteLine("|---|---|---|---|---|");
        bool failed = false;
        foreach (int clients in Clients)
        {
            LoadFigures figures = await MeasureAsync(client, address, picture, clients, TimeSpan.FromSeconds(seconds));
            Console.WriteLine(FormattableString.Invariant($"| {clients} | {figures.PerSecond:F0} | {figures.Percentile(0.5):F1} | {figures.Percentile(0.99):F1} | {figures.Failed} |"));
            failed |= figures.Failed > 0;
        }

        return failed ? 1 : 0;
    }

    private static async Task<LoadFigures> MeasureAsync(HttpClient client, Uri address, byte[] picture, int clients, TimeSpan duration)
    {
        long start = Stopwatch.GetTimestamp();
        LoadFigures[] each = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => AskAsync(client, address, picture, start, duration))));
        return LoadFigures.Sum(each, Stopwatch.GetElapsedTime(start));
    }

    private static async Task<LoadFigures> AskAsync(HttpClient client, Uri address, byte[] picture, long start, TimeSpan duration)
    {
        var milliseconds = new List<double>();
        int failed = 0;
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            long sent = Stopwatch.GetTimestamp();
            using var form = new MultipartFormDataContent { { new ByteArrayContent(picture), "picture", "picture.png" } };
            using HttpResponseMessage response = await client.PostAsync(address, form);
            await response.Content.ReadAsByteArrayAsync();
            if (response.IsSuccessStatusCode)
                milliseconds.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            else
                failed++;
        }

        return new LoadFigures(milliseconds, failed, duration);
    }

    private static byte[] DrawnPicture()
    {
        string folder = Directory.CreateTempSubdirectory("cifarvision-").FullName;
        try
        {
            string path = Path.Combine(folder, "picture.png");
            ImageFile.Save(path, SyntheticImages.Create(train: 1, test: 1).Test.Images[0]);
            return File.ReadAllBytes(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
