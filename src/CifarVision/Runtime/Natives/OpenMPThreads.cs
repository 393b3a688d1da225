using System.Globalization;
using System.Runtime.InteropServices;

namespace CifarVision.Runtime.Natives;

/// <summary>
/// Limits how long threads of libgomp, torch's OpenMP library on Linux, spin while they wait for each other, if the machine is busy with other
/// work. By default they spin for milliseconds before they sleep. Where a processor is shared, the thread they wait for may not be running, and
/// they keep it from running.
/// </summary>
/// <remarks>
/// libgomp reads its environment once, when it is loaded, so the decision is made before that. A short spin on an idle machine costs small models
/// much of their speed; docs/native.md has measurements. Other platforms have Intel's or LLVM's OpenMP library, which are left alone.
/// </remarks>
internal static partial class OpenMPThreads
{
    /// <summary>libgomp's variable for how often a waiting thread looks before it sleeps.</summary>
    public const string SpinCount = "GOMP_SPINCOUNT";

    /// <summary>OpenMP's variable for the same. Where the user has set either, nothing is changed.</summary>
    public const string WaitPolicy = "OMP_WAIT_POLICY";

    /// <summary>The value that libgomp itself uses once it has more threads than there are processors.</summary>
    public const string ShortSpin = "1000";

    private const int Samples = 5;

    /// <summary>Sets <see cref="SpinCount"/> for native code on a busy machine, unless the user has decided. Must come before torch is loaded.</summary>
    public static void LimitSpinning()
    {
        if (!OperatingSystem.IsLinux() || NativeVariable(SpinCount) is not null || NativeVariable(WaitPolicy) is not null)
            return;
        // Environment.SetEnvironmentVariable changes .NET's copy only.
        if (IsMachineBusy())
            _ = setenv(SpinCount, ShortSpin, 0);
    }

    /// <summary>Whether other runnable threads leave too few processors for one thread on each that this process may use.</summary>
    /// <param name="stat">The text of /proc/stat.</param>
    /// <param name="threads">How many threads this process will compute with.</param>
    public static bool IsBusy(string stat, int threads)
    {
        const string running = "procs_running ";
        string[] lines = stat.Split('\n');
        int processors = lines.Count(line => line.StartsWith("cpu", StringComparison.Ordinal) && line.Length > 3 && char.IsAsciiDigit(line[3]));
        string? count = lines.FirstOrDefault(line => line.StartsWith(running, StringComparison.Ordinal));
        // The thread that reads the file is one of them.
        return processors > 0 && count is not null && int.TryParse(count[running.Length..], CultureInfo.InvariantCulture, out int runnable) && runnable - 1 + threads > processors;
    }

    /// <summary>The value of an environment variable that native code sees; null if there is none.</summary>
    public static string? NativeVariable(string name) => Marshal.PtrToStringUTF8(getenv(name));

    // Several looks: the runtime's own threads come and go while a process starts.
    private static bool IsMachineBusy()
    {
        try
        {
            for (int i = 0; i < Samples; i++)
            {
                if (!IsBusy(File.ReadAllText("/proc/stat"), Environment.ProcessorCount))
                    return false;
                Thread.Sleep(1);
            }

            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getenv(string name);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
