using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CifarVision.Datasets;

/// <summary>Converts planes of red, green and blue to interleaved pixels.</summary>
internal static class PlanarPixels
{
    // An index past the end of a vector gives 0, so that the three shuffled channels can be combined with OR.
    private const byte X = 255;

    /// <summary>Interleaves three planes of the same length, a multiple of 16.</summary>
    /// <remarks>Compiled with optimization from the first call: a data set is loaded once, and unoptimized vector code takes longer than reading the disk.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Interleave(ReadOnlySpan<byte> planes, Span<byte> pixels)
    {
        int count = planes.Length / 3;
        ref byte red = ref MemoryMarshal.GetReference(planes[..count]);
        ref byte green = ref MemoryMarshal.GetReference(planes[count..]);
        ref byte blue = ref MemoryMarshal.GetReference(planes[(2 * count)..]);
        ref byte target = ref MemoryMarshal.GetReference(pixels[..planes.Length]);
        for (nuint at = 0; at < (nuint)count; at += 16)
        {
            Vector128<byte> r = Vector128.LoadUnsafe(ref red, at);
            Vector128<byte> g = Vector128.LoadUnsafe(ref green, at);
            Vector128<byte> b = Vector128.LoadUnsafe(ref blue, at);
            Vector128<byte> first =
                Vector128.Shuffle(r, Vector128.Create(0, X, X, 1, X, X, 2, X, X, 3, X, X, 4, X, X, 5)) |
                Vector128.Shuffle(g, Vector128.Create(X, 0, X, X, 1, X, X, 2, X, X, 3, X, X, 4, X, X)) |
                Vector128.Shuffle(b, Vector128.Create(X, X, 0, X, X, 1, X, X, 2, X, X, 3, X, X, 4, X));
            Vector128<byte> second =
                Vector128.Shuffle(r, Vector128.Create(X, X, 6, X, X, 7, X, X, 8, X, X, 9, X, X, 10, X)) |
                Vector128.Shuffle(g, Vector128.Create(5, X, X, 6, X, X, 7, X, X, 8, X, X, 9, X, X, 10)) |
                Vector128.Shuffle(b, Vector128.Create(X, 5, X, X, 6, X, X, 7, X, X, 8, X, X, 9, X, X));
            Vector128<byte> third =
                Vector128.Shuffle(r, Vector128.Create(X, 11, X, X, 12, X, X, 13, X, X, 14, X, X, 15, X, X)) |
                Vector128.Shuffle(g, Vector128.Create(X, X, 11, X, X, 12, X, X, 13, X, X, 14, X, X, 15, X)) |
                Vector128.Shuffle(b, Vector128.Create(10, X, X, 11, X, X, 12, X, X, 13, X, X, 14, X, X, 15));
            first.StoreUnsafe(ref target, 3 * at);
            second.StoreUnsafe(ref target, (3 * at) + 16);
            third.StoreUnsafe(ref target, (3 * at) + 32);
        }
    }
}
