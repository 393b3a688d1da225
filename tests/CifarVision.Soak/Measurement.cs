using System.Globalization;
using System.Runtime.InteropServices;

namespace CifarVision.Soak;

/// <summary>What the process holds at one moment, after a garbage collection.</summary>
/// <param name="Count">How many epochs, calls or cycles are done.</param>
/// <param name="Managed">The managed objects, in MB.</param>
/// <param name="Native">What malloc has given out and not got back, in MB: tensors below 1 MiB, and the objects of native libraries.</param>
/// <param name="Resident">The memory of the process, in MB.</param>
/// <param name="Tensors">The tensors of TorchSharp.</param>
/// <param name="Handles">The open files, sockets and pipes, without the assemblies, which the runtime opens when it first needs them and keeps.</param>
internal sealed partial record Measurement(int Count, double Managed, double Native, double Resident, double Tensors, double Handles)
{
    private const double Megabyte = 1 << 20;

    /// <summary>The names of the values.</summary>
    public static IReadOnlyList<string> Names { get; } = ["Managed", "Native", "Resident", "Tensors", "Handles"];

    /// <summary>The values, in the order of the names.</summary>
    public IReadOnlyList<double> Values => [Managed, Native, Resident, Tensors, Handles];

    /// <summary>Measures now.</summary>
    public static Measurement Take(int count)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Mallinfo heap = mallinfo2();
        return new Measurement(
            count,
            GC.GetTotalMemory(forceFullCollection: false) / Megabyte,
            (heap.InUse + heap.InUseMapped) / Megabyte,
            ResidentKilobytes() / 1024.0,
            torch.Tensor.TotalCount,
            Handled().Count);
    }

    /// <summary>Returns the targets of all open handles but the assemblies.</summary>
    public static IReadOnlyList<string> Handled() =>
    [
        .. Directory.GetFiles("/proc/self/fd").Select(path => new FileInfo(path).LinkTarget ?? path)
            .Where(target => !target.EndsWith(".dll", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    private static long ResidentKilobytes()
    {
        const string key = "VmRSS:";
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(key, StringComparison.Ordinal));
        return long.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc")]
    private static partial Mallinfo mallinfo2();

    /// <summary>glibc's struct mallinfo2: ten numbers, of which two count the bytes in use.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Mallinfo
    {
        public nuint Arena, FreeChunks, FastChunks, MappedCount, InUseMapped, HighWater, FastBytes, InUse, Free, Releasable;
    }
}
