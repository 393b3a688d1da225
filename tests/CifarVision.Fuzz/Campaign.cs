using System.Diagnostics;
using System.Globalization;

namespace CifarVision.Fuzz;

/// <summary>Attacks a reader: starts a worker, watches it, notes what it says, and starts another behind an input that ended or held it.</summary>
internal sealed class Campaign(FuzzTarget target, int seed, string? keep)
{
    // Of processor time, so that a busy machine is no hang. A worker that waits for something uses none.
    private static readonly TimeSpan LongestInput = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    // Loading torch and compiling the reader come first.
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    private readonly List<(int Number, string Text)> _faults = [];
    private int _crashes;
    private int _hangs;
    private long _memory;

    /// <summary>Reads so many inputs and reports what was found.</summary>
    /// <returns>Whether nothing was.</returns>
    public bool Run(int inputs)
    {
        var watch = Stopwatch.StartNew();
        for (int next = 0; next < inputs;)
            next = RunWorker(next, inputs - next);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{target.Name}: {inputs} inputs, {_crashes} crashes, {_hangs} over {LongestInput.TotalSeconds} s, {_faults.Count} faults, {_memory} MB at most, {watch.Elapsed.TotalSeconds:F0} s"));
        foreach (IGrouping<string, (int Number, string Text)> kind in _faults.GroupBy(fault => fault.Text.Split(" | ")[0]).OrderByDescending(kind => kind.Count()))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {kind.Count()} x, first input {kind.First().Number}: {kind.First().Text}"));
        return _crashes + _hangs + _faults.Count == 0;
    }

    // Returns the number behind the last input that the worker read.
    private int RunWorker(int first, int count)
    {
        string folder = Directory.CreateTempSubdirectory("cifarvision-fuzz-").FullName;
        try
        {
            using var worker = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, Arguments(folder, first, count)) { RedirectStandardOutput = true })!;
            int at = first;
            for (bool isFirst = true; ReadLine(worker, isFirst ? LongestStart : LongestInput, out string? line); isFirst = false)
            {
                if (line is null)
                {
                    worker.WaitForExit();
                    if (worker.ExitCode == 0)
                        return first + count;
                    _crashes++;
                    Note(at, FormattableString.Invariant($"crash: exit code {worker.ExitCode}"));
                    return at + 1;
                }

                string[] words = line.Split(' ', 3);
                if (line.StartsWith(Worker.Begins, StringComparison.Ordinal))
                    at = int.Parse(words[1], CultureInfo.InvariantCulture);
                else if (line.StartsWith(Worker.Fault, StringComparison.Ordinal))
                    Note(at, words[2]);
                else if (line.StartsWith(Worker.Memory, StringComparison.Ordinal))
                    _memory = Math.Max(_memory, long.Parse(words[2], CultureInfo.InvariantCulture));
            }

            worker.Kill();
            worker.WaitForExit();
            _hangs++;
            Note(at, "hang");
            return at + 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string[] Arguments(string folder, int first, int count)
    {
        string[] own = ["work", target.Name, .. new[] { seed, first, count }.Select(number => number.ToString(CultureInfo.InvariantCulture)), folder];
        string program = Path.GetFileNameWithoutExtension(Environment.ProcessPath!);
        return program == "dotnet" ? [typeof(Campaign).Assembly.Location, .. own] : own;
    }

    private static bool ReadLine(Process worker, TimeSpan patience, out string? line)
    {
        Task<string?> reading = worker.StandardOutput.ReadLineAsync();
        var watch = Stopwatch.StartNew();
        bool isThere = reading.Wait(patience);
        if (!isThere)
        {
            TimeSpan before = ProcessorTime(worker);
            while (!isThere && watch.Elapsed < LongestWait && ProcessorTime(worker) - before < patience)
                isThere = reading.Wait(patience / 4);
        }

        line = isThere ? reading.Result : null;
        return isThere;
    }

    private static TimeSpan ProcessorTime(Process worker)
    {
        worker.Refresh();
        return worker.HasExited ? TimeSpan.Zero : worker.TotalProcessorTime;
    }

    private void Note(int number, string text)
    {
        _faults.Add((number, text));
        if (keep is null)
            return;
        Directory.CreateDirectory(keep);
        File.WriteAllBytes(Path.Combine(keep, string.Create(CultureInfo.InvariantCulture, $"{target.Name}-{seed}-{number}{target.Ending}")), Worker.Input(target, seed, number));
    }
}
