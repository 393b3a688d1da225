using System.Diagnostics;
using System.Globalization;
using CifarVision.Runtime;

namespace CifarVision.KillTest;

/// <summary>Starts runs in processes of their own, kills them, starts them again, and compares.</summary>
internal sealed class Killer(int seed, int ranks)
{
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

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
                {
                    duration *= 0.9;
                    continue;
                }

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
    private bool Kill(string folder, DTypePolicy precision, TimeSpan moment)
    {
        using Process process = Start(folder, precision);
        List<int> processes = ReadUntilTraining(process);
        _ = process.StandardOutput.ReadToEndAsync();
        if (process.WaitForExit(moment))
            return false;
        if (ranks == 1)
        {
            process.Kill();
            process.WaitForExit();
            return true;
        }

        // One of the ranks; mpirun and the others must end by themselves. It may just have ended.
        Process victim;
        try
        {
            victim = Process.GetProcessById(processes[_random.Next(processes.Count)]);
        }
        catch (ArgumentException)
        {
            process.WaitForExit();
            return false;
        }

        using (victim)
            victim.Kill();
        var watch = Stopwatch.StartNew();
        if (!process.WaitForExit(LongestEnd))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"The other ranks must end within {LongestEnd.TotalSeconds} s of a kill, but did not.");
        }

        Console.WriteLine(FormattableString.Invariant($"the other ranks ended {watch.Elapsed.TotalSeconds:F1} s after the kill, exit code {process.ExitCode}"));
        return process.ExitCode != 0;
    }

    private (TimeSpan Training, string? Resumed) Finish(string folder, DTypePolicy precision)
    {
        using Process process = Start(folder, precision);
        ReadUntilTraining(process);
        var watch = Stopwatch.StartNew();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The run in {folder} must end by itself, but its exit code was {process.ExitCode}.");
        const string Announcement = "BackupAndRestore: ";
        string? resumed = output.Split('\n').FirstOrDefault(line => line.Contains(Announcement, StringComparison.Ordinal));
        return (watch.Elapsed, resumed?[(resumed.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..resumed.IndexOf(" from ", StringComparison.Ordinal)]);
    }

    // The numbers of the processes that train.
    private static List<int> ReadUntilTraining(Process process)
    {
        var processes = new List<int>();
        // Under mpirun the output of a process goes to a terminal, and .NET writes a sequence for that before its first line.
        while (process.StandardOutput.ReadLine() is { } line && !line.EndsWith(SmallRun.Begins, StringComparison.Ordinal))
        {
            if (line.IndexOf(SmallRun.Process, StringComparison.Ordinal) is >= 0 and int at)
                processes.Add(int.Parse(line[(at + SmallRun.Process.Length)..], CultureInfo.InvariantCulture));
        }

        return processes;
    }

    private Process Start(string folder, DTypePolicy precision)
    {
        Directory.CreateDirectory(folder);
        string count = string.Create(CultureInfo.InvariantCulture, $"{ranks}");
        string[] train = [Environment.ProcessPath!, "train", folder, precision.ToString(), count];
        string[] command = ranks == 1 ? train : ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", count, .. train];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!;
    }
}
