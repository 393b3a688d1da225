using System.Diagnostics;
using System.Globalization;
using CifarVision.Runtime;

namespace CifarVision.KillTest;

/// <summary>Starts runs in processes of their own, kills them, starts them again, and compares.</summary>
internal sealed class Killer(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Kills so many runs in each precision.</summary>
    /// <returns>Whether all ended with the bits of the run that was never killed.</returns>
    public bool Run(int kills, IReadOnlyList<DTypePolicy> precisions)
    {
        Console.WriteLine(FormattableString.Invariant($"seed of the moments: {seed}"));
        bool allSame = true;
        foreach (DTypePolicy precision in precisions)
            allSame &= Run(kills, precision);
        return allSame;
    }

    private bool Run(int kills, DTypePolicy precision)
    {
        string root = Directory.CreateTempSubdirectory("cifarvision-kill-").FullName;
        try
        {
            string unbroken = Path.Combine(root, "unbroken");
            TimeSpan duration = Finish(unbroken, precision).Training;
            int killed = 0;
            int same = 0;
            // Some of the moments come when the run has just ended; those are not counted.
            for (int attempt = 0; killed < kills && attempt < 2 * kills; attempt++)
            {
                string folder = Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"{attempt}"));
                TimeSpan moment = duration * _random.NextDouble();
                if (!Kill(folder, precision, moment))
                    continue;
                killed++;
                string resumed = Finish(folder, precision).Resumed ?? "no backup yet";
                string[] different = [.. SmallRun.Results.Where(file => !File.ReadAllBytes(Path.Combine(folder, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(unbroken, file))))];
                same += different.Length == 0 ? 1 : 0;
                Console.WriteLine(FormattableString.Invariant(
                    $"{precision} kill {killed}: after {moment.TotalMilliseconds:F0} of {duration.TotalMilliseconds:F0} ms, {resumed}: {(different.Length == 0 ? "the same bits" : $"DIFFERENT {string.Join(", ", different)}")}"));
            }

            Console.WriteLine(FormattableString.Invariant($"{precision}: {same} of {killed} killed runs ended with the same bits"));
            return same == kills;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    // Whether the run was still going on at that moment of its training.
    private static bool Kill(string folder, DTypePolicy precision, TimeSpan moment)
    {
        using Process process = Start(folder, precision);
        ReadUntilTraining(process);
        _ = process.StandardOutput.ReadToEndAsync();
        if (process.WaitForExit(moment))
            return false;
        process.Kill();
        process.WaitForExit();
        return true;
    }

    private static (TimeSpan Training, string? Resumed) Finish(string folder, DTypePolicy precision)
    {
        using Process process = Start(folder, precision);
        ReadUntilTraining(process);
        var watch = Stopwatch.StartNew();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The run in {folder} must end by itself, but its exit code was {process.ExitCode}.");
        string? resumed = output.Split('\n').FirstOrDefault(line => line.StartsWith("BackupAndRestore: ", StringComparison.Ordinal));
        return (watch.Elapsed, resumed?["BackupAndRestore: ".Length..resumed.IndexOf(" from ", StringComparison.Ordinal)]);
    }

    private static void ReadUntilTraining(Process process)
    {
        while (process.StandardOutput.ReadLine() is { } line && line != SmallRun.Begins)
        {
        }
    }

    private static Process Start(string folder, DTypePolicy precision)
    {
        Directory.CreateDirectory(folder);
        return Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["train", folder, precision.ToString()]) { RedirectStandardOutput = true })!;
    }
}
