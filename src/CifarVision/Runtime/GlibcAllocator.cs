using System.Runtime.InteropServices;

namespace CifarVision.Runtime;

/// <summary>
/// Lets glibc keep the memory of large tensors for the next one. By itself it maps every block over 32 MB anew and gives it back at once,
/// so that each use starts with page faults; a training step takes about 1.8 times as long.
/// </summary>
internal static partial class GlibcAllocator
{
    // malloc.h
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapMax = -4;

    /// <summary>Changes malloc for the whole process; must come before torch is loaded. Does nothing without glibc.</summary>
    public static void Tune()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = mallopt(MmapMax, 0);
            _ = mallopt(TrimThreshold, int.MaxValue);
            _ = mallopt(TopPad, 256 << 20);
            // Huge pages, for the blocks that threads other than the main one cannot keep. Torch reads this from the C environment, which
            // .NET's Environment.SetEnvironmentVariable does not reach. A value the user has set stands.
            _ = setenv("THP_MEM_ALLOC_ENABLE", "1", overwrite: 0);
        }
        catch (Exception failure) when (failure is EntryPointNotFoundException or DllNotFoundException)
        {
            // musl has no mallopt. Nothing depends on the tuning but speed.
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
