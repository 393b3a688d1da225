using System.Runtime.Intrinsics;

namespace CifarVision.Mpi;

/// <summary>Conversions between float32 and bfloat16 on the communication thread, which calls no torch.</summary>
internal static class BFloat16Numbers
{
    private const int MantissaBits = 16;
    private const uint HalfUnit = 0x7FFF;
    private const ushort QuietNaN = 0x7FC0;

    /// <summary>Rounds to the nearest bfloat16, ties to even, as torch does.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="rounded">At least as long; what is left is set to zero.</param>
    public static void Round(ReadOnlySpan<float> values, Span<ushort> rounded)
    {
        int i = 0;
        for (; i <= values.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
        {
            Vector512<uint> lower = Round(Vector512.Create(values[i..]));
            Vector512<uint> upper = Round(Vector512.Create(values[(i + Vector512<uint>.Count)..]));
            Vector512.Narrow(lower, upper).CopyTo(rounded[i..]);
        }

        for (; i < values.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(values[i]);
            rounded[i] = float.IsNaN(values[i]) ? QuietNaN : (ushort)((bits + HalfUnit + ((bits >> MantissaBits) & 1)) >> MantissaBits);
        }

        rounded[values.Length..].Clear();
    }

    /// <summary>Converts to float32, exactly.</summary>
    public static void Widen(ReadOnlySpan<ushort> rounded, Span<float> values)
    {
        int i = 0;
        for (; i <= rounded.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
        {
            (Vector512<uint> lower, Vector512<uint> upper) = Vector512.Widen(Vector512.Create(rounded[i..]));
            (lower << MantissaBits).AsSingle().CopyTo(values[i..]);
            (upper << MantissaBits).AsSingle().CopyTo(values[(i + Vector512<uint>.Count)..]);
        }

        for (; i < rounded.Length; i++)
            values[i] = BitConverter.UInt32BitsToSingle((uint)rounded[i] << MantissaBits);
    }

    /// <summary>Sums several lists of numbers in float32, in their order.</summary>
    /// <param name="lists">The lists, one after the other, each as long as the sums.</param>
    /// <param name="sums">The sums.</param>
    public static void Sum(ReadOnlySpan<ushort> lists, Span<float> sums)
    {
        Widen(lists[..sums.Length], sums);
        for (int start = sums.Length; start < lists.Length; start += sums.Length)
        {
            ReadOnlySpan<ushort> list = lists.Slice(start, sums.Length);
            int i = 0;
            for (; i <= list.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
            {
                (Vector512<uint> lower, Vector512<uint> upper) = Vector512.Widen(Vector512.Create(list[i..]));
                Span<float> second = sums[(i + Vector512<uint>.Count)..];
                (Vector512.Create<float>(sums[i..]) + (lower << MantissaBits).AsSingle()).CopyTo(sums[i..]);
                (Vector512.Create<float>(second) + (upper << MantissaBits).AsSingle()).CopyTo(second);
            }

            for (; i < list.Length; i++)
                sums[i] += BitConverter.UInt32BitsToSingle((uint)list[i] << MantissaBits);
        }
    }

    private static Vector512<uint> Round(Vector512<float> values)
    {
        Vector512<uint> bits = values.AsUInt32();
        Vector512<uint> rounded = (bits + Vector512.Create(HalfUnit) + ((bits >> MantissaBits) & Vector512<uint>.One)) >> MantissaBits;
        return Vector512.ConditionalSelect(Vector512.Equals(values, values).AsUInt32(), rounded, Vector512.Create((uint)QuietNaN));
    }
}
