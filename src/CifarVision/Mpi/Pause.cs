using System.Runtime.InteropServices;

namespace CifarVision.Mpi;

/// <summary>
/// The wait between two tests of a request: none at first, so that small messages between ranks of one machine are quick; then sleeps of a
/// twentieth of a millisecond, which leave the processor to the computation.
/// </summary>
internal static unsafe partial class Pause
{
    private const int Yields = 20;
    private const uint Microseconds = 50;

    /// <param name="polls">How many tests of the request have failed before.</param>
    public static void After(int polls)
    {
        if (polls < Yields)
            Thread.Yield();
        else
            _ = Sleep(Microseconds);
    }

    // Thread.Sleep rounds up to a millisecond.
    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);
}
