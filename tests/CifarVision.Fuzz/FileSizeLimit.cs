using System.Runtime.InteropServices;

namespace CifarVision.Fuzz;

/// <summary>
/// The largest file that this process may write, on Linux and macOS. At the limit a write fails as on a full disk, or ends the process, as a
/// kill at that byte does.
/// </summary>
internal sealed partial class FileSizeLimit : IDisposable
{
    private const int FileSize = 1;
    private const int SignalOfLimit = 25;
    private const nint Default = 0;
    private const nint Ignore = 1;

    private readonly Limits _before;
    private readonly nint _handler;

    /// <summary>Sets the limit until the object is disposed.</summary>
    /// <param name="bytes">The limit.</param>
    /// <param name="kills">Whether a write beyond it ends the process; otherwise it fails.</param>
    public FileSizeLimit(long bytes, bool kills)
    {
        _handler = signal(SignalOfLimit, kills ? Default : Ignore);
        _ = getrlimit(FileSize, out _before);
        Set(_before with { Soft = (ulong)bytes });
    }

    public void Dispose()
    {
        Set(_before);
        _ = signal(SignalOfLimit, _handler);
    }

    private static void Set(Limits limits)
    {
        if (setrlimit(FileSize, in limits) != 0)
            throw new InvalidOperationException($"FileSizeLimit: the limit could not be set: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, out Limits limits);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setrlimit(int resource, in Limits limits);

    private record struct Limits
    {
        public ulong Soft;
        public ulong Hard;
    }
}
