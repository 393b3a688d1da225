using System.Diagnostics;
using System.Globalization;
using CifarVision.Models;

namespace CifarVision.Fuzz;

/// <summary>Lets writers fail at one byte after the other or in a folder that cannot be written, kills them, and lets two processes write one file.</summary>
internal static class Faults
{
    private const int Writes = 20;

    /// <summary>Fails each write at so many places, as on a full disk.</summary>
    /// <returns>Whether the old file was there each time, with nothing beside it, and the error named it.</returns>
    public static bool FillDisk(FileWriter writer, int places) => InFolder(writer, (model, folder, path, old) =>
    {
        long longest = LongestFile(path);
        int failed = 0;
        string? fault = null;
        for (int place = 0; place < places && fault is null; place++)
        {
            using Sequential other = Samples.CreateModel();
            Exception? error = null;
            try
            {
                using (new FileSizeLimit(longest * place / places, kills: false))
                    writer.Write(other, path);
            }
            catch (Exception thrown)
            {
                error = thrown;
            }

            failed += error is null ? 0 : 1;
            fault = error is not null && !(error is IOException && Names(error, writer)) ? $"the error was {error}"
                : error is not null && !Same(path, old, writer, isKilled: false) ? "the old content is gone"
                : Beside(folder, writer);
        }

        return fault ?? (failed == places ? null : FormattableString.Invariant($"only {failed} of {places} writes failed"));
    });

    /// <summary>Kills a process at so many places of its write.</summary>
    public static bool Kill(FileWriter writer, int places) => InFolder(writer, (model, folder, path, old) =>
    {
        long longest = LongestFile(path);
        for (int place = 0; place < places; place++)
        {
            using Process killed = Start("write", writer.Name, path, (longest * place / places).ToString(CultureInfo.InvariantCulture));
            killed.WaitForExit();
            if (killed.ExitCode == 0)
                return "the process was not killed";
            if (!Same(path, old, writer, isKilled: true))
                return "the old content is gone";
        }

        // The next write removes what the killed ones left.
        writer.Write(model, path);
        return Beside(folder, writer);
    });

    /// <summary>Writes into a folder that is a file, and into one of the system where nobody can create files.</summary>
    /// <returns>Whether each write failed, and the error named the path or its folder.</returns>
    public static bool Refuse(FileWriter writer) => InFolder(writer, (model, folder, path, old) =>
    {
        string program = Environment.ProcessPath!;
        string[] folders = OperatingSystem.IsLinux() ? [program, "/proc"] : [program];
        foreach (string place in folders)
        {
            Exception? error = null;
            try
            {
                writer.Write(model, Path.Combine(place, writer.Target));
            }
            catch (Exception thrown)
            {
                error = thrown;
            }

            if (error is not (IOException or UnauthorizedAccessException) || !(Names(error, writer) || error.Message.Contains(program, StringComparison.Ordinal)))
                return $"in {place} the error was {error?.ToString() ?? "missing"}";
        }

        return Beside(folder, writer);
    });

    /// <summary>Lets two processes write one path again and again, and reads it meanwhile.</summary>
    public static bool WriteTogether(FileWriter writer, Action<string> read) => InFolder(writer, (model, folder, path, old) =>
    {
        using Process first = Start("write", writer.Name, path, "-1");
        using Process second = Start("write", writer.Name, path, "-1");
        while (!first.HasExited || !second.HasExited)
            read(path);
        return first.ExitCode + second.ExitCode == 0 ? Beside(folder, writer) : "a process failed";
    });

    /// <summary>Writes, as a process that is watched.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="path">Where.</param>
    /// <param name="limit">The byte at which the process is killed; -1 to write again and again.</param>
    public static void WriteWatched(FileWriter writer, string path, long limit)
    {
        for (int i = 0; i < (limit < 0 ? Writes : 1); i++)
        {
            using Sequential model = Samples.CreateModel();
            using FileSizeLimit? deadly = limit < 0 ? null : new FileSizeLimit(limit, kills: true);
            writer.Write(model, path);
        }
    }

    private static bool InFolder(FileWriter writer, Func<Sequential, string, string, Dictionary<string, byte[]>, string?> attack)
    {
        string folder = Directory.CreateTempSubdirectory("cifarvision-faults-").FullName;
        try
        {
            string path = Path.Combine(folder, writer.Target);
            using Sequential model = Samples.CreateModel();
            writer.Write(model, path);
            string? fault = attack(model, folder, path, Content(path));
            Console.WriteLine($"    {writer.Name}: {fault ?? "good"}");
            return fault is null;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process Start(params string[] arguments)
    {
        string program = Path.GetFileNameWithoutExtension(Environment.ProcessPath!);
        string[] own = program == "dotnet" ? [typeof(Faults).Assembly.Location, .. arguments] : arguments;
        // No dump of memory for each kill.
        var start = new ProcessStartInfo(Environment.ProcessPath!, own) { RedirectStandardError = true };
        Process process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync();
        return process;
    }

    private static string? Beside(string folder, FileWriter writer)
    {
        string[] strange = [.. Directory.GetFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)).Where(name => name != writer.Target)];
        return strange.Length == 0 ? null : $"{string.Join(", ", strange)} was left behind";
    }

    private static bool Names(Exception error, FileWriter writer) => error.Message.Contains(writer.Target, StringComparison.Ordinal);

    private static bool Same(string path, Dictionary<string, byte[]> old, FileWriter writer, bool isKilled)
    {
        Dictionary<string, byte[]> now = Content(path);
        return writer.IsWhole is { } isWhole
            ? old.Keys.All(now.ContainsKey) && now.All(file => isWhole(file.Value, old.GetValueOrDefault(file.Key), isKilled))
            : now.Count == old.Count && now.All(file => old.TryGetValue(file.Key, out byte[]? bytes) && bytes.AsSpan().SequenceEqual(file.Value));
    }

    private static Dictionary<string, byte[]> Content(string path) =>
        Files(path).Where(file => !Path.GetFileName(file).StartsWith('.')).ToDictionary(file => Path.GetRelativePath(path, file), File.ReadAllBytes);

    private static long LongestFile(string path) => Files(path).Max(file => new FileInfo(file).Length);

    private static string[] Files(string path) => Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [path];
}
