using System.Globalization;

namespace CifarVision.Fuzz;

/// <summary>Reads inputs one after the other, in a process of its own: what it says last tells which input ended it.</summary>
internal sealed class Worker(FuzzTarget target, int seed, string folder)
{
    /// <summary>What a line begins with that is said before an input is read.</summary>
    public const string Begins = "input ";

    /// <summary>What a line begins with that reports an input: an exception that no file may lead to.</summary>
    public const string Fault = "fault ";

    /// <summary>What a line begins with that reports the largest growth of memory.</summary>
    public const string Memory = "memory ";

    // What an input may take above the process: far more than the models of the seeds need.
    private const long MostMemory = 128L << 20;

    private long _largest;

    /// <summary>Reads inputs.</summary>
    /// <param name="first">The number of the first.</param>
    /// <param name="count">How many.</param>
    public void Run(int first, int count)
    {
        string path = Path.Combine(folder, "input" + target.Ending);
        Console.SetError(TextWriter.Null);
        // What is loaded and compiled at first use counts for no input.
        foreach (string sound in target.Seeds)
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Seeds", sound), path, overwrite: true);
            target.Try(path);
        }

        for (int number = first; number < first + count; number++)
        {
            byte[] input = Input(target, seed, number);
            File.WriteAllBytes(path, input);
            Say(Begins, number, "");
            bool measures = TryResetPeak();
            long before = measures ? Status("VmRSS:") : 0;
            if (target.Try(path) is { } fault)
                Say(Fault, number, $"{fault.GetType().Name}: {fault.Message.Split('\n')[0]} {string.Join(" | ", (fault.StackTrace ?? "").Split('\n').Take(4).Select(line => line.Trim()))}");
            long grown = measures ? Status("VmHWM:") - before : 0;
            _largest = Math.Max(_largest, grown);
            if (grown > MostMemory)
                Say(Fault, number, FormattableString.Invariant($"memory: {grown >> 20} MB"));
        }

        Say(Memory, 0, FormattableString.Invariant($"{_largest >> 20}"));
    }

    /// <summary>Makes the input of a number.</summary>
    public static byte[] Input(FuzzTarget target, int seed, int number)
    {
        var random = new Random(unchecked((seed * 1_000_003) + number));
        Mutation[] mutations = [.. Enumerable.Range(0, 1 + random.Next(random.Next(1, 8))).Select(_ => new Mutation(Draw(), Draw(), Draw()))];
        return target.Make(Draw(), mutations);

        uint Draw() => (uint)random.NextInt64(uint.MaxValue);
    }

    private static void Say(string what, int number, string text)
    {
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}{number} {text}"));
        Console.Out.Flush();
    }

    // Linux starts the peak of resident memory anew.
    private static bool TryResetPeak()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long Status(string key)
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(key, StringComparison.Ordinal));
        return 1024 * long.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
