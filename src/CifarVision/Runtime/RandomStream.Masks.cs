using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CifarVision.Runtime;

public sealed partial class RandomStream
{
    // 8 KB of random bits: they stay in the first-level cache between being made and being compared.
    private const int MaskChunkWords = 1024;
    private const int ValuesPerWord = 4;

    /// <summary>
    /// Draws a dropout mask: 0 with probability <paramref name="rate"/>, else 1 / (1 - rate). It is made on the CPU and copied, so that
    /// every device sees the same mask.
    /// </summary>
    /// <param name="shape">The full shape, batch axis included.</param>
    /// <param name="rate">The share of zeros, from 0 to 1. Sixteen bits decide each value, so it is kept to a 65,536th.</param>
    /// <param name="type">Float32, BFloat16 or Float64.</param>
    /// <param name="device">Where the mask is wanted.</param>
    internal Tensor NextMask(ReadOnlySpan<long> shape, double rate, ScalarType type, Device device) => RowPart.Of(shape[0]) is { } part
        ? NextMask(part, shape, rate, type, device)
        : DrawMask(shape, rate, type, device);

    private Tensor DrawMask(ReadOnlySpan<long> shape, double rate, ScalarType type, Device device)
    {
        Tensor mask = torch.empty(shape, type);
        int dropped = (int)Math.Round(rate * (1 << 16));
        double kept = rate < 1 ? 1 / (1 - rate) : 0;
        uint bits = BitConverter.SingleToUInt32Bits((float)kept);
        switch (type)
        {
            case ScalarType.Float32:
                FillMask(MemoryMarshal.Cast<byte, uint>(mask.bytes), dropped, bits);
                break;
            case ScalarType.BFloat16:
                FillMask(MemoryMarshal.Cast<byte, ushort>(mask.bytes), dropped, (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
                break;
            case ScalarType.Float64:
                FillMask(MemoryMarshal.Cast<byte, ulong>(mask.bytes), dropped, BitConverter.DoubleToUInt64Bits(kept));
                break;
            default:
                throw new ArgumentException($"RandomStream: a mask must be of type Float32, BFloat16 or Float64, but was {type}.", nameof(type));
        }

        return device.type == DeviceType.CPU ? mask : mask.to(device);
    }

    /// <summary>Fills with the bit pattern <paramref name="kept"/>, or 0 in <paramref name="dropped"/> of 65,536 cases.</summary>
    private void FillMask<T>(Span<T> mask, int dropped, T kept)
        where T : unmanaged
    {
        Span<ulong> words = stackalloc ulong[MaskChunkWords];
        for (int at = 0; at < mask.Length; at += MaskChunkWords * ValuesPerWord)
        {
            Span<T> chunk = mask[at..Math.Min(at + (MaskChunkWords * ValuesPerWord), mask.Length)];
            NextBits(words[..((chunk.Length + ValuesPerWord - 1) / ValuesPerWord)]);
            Span<ushort> draws = MemoryMarshal.Cast<ulong, ushort>(words)[..chunk.Length];
            for (int i = dropped <= ushort.MaxValue ? SelectByVector(draws, (ushort)dropped, chunk, kept) : 0; i < chunk.Length; i++)
                chunk[i] = draws[i] >= dropped ? kept : default;
        }
    }

    /// <summary>The same comparison for 32 values at once, as far as they go; the number done.</summary>
    private static int SelectByVector<T>(ReadOnlySpan<ushort> draws, ushort dropped, Span<T> mask, T kept)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() > sizeof(uint))
            return 0;
        Vector512<ushort> bound = Vector512.Create(dropped);
        Vector512<T> value = Vector512.Create(kept);
        int i = 0;
        for (; i <= draws.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
        {
            Vector512<short> isKept = Vector512.GreaterThanOrEqual(Vector512.Create(draws[i..]), bound).AsInt16();
            if (Unsafe.SizeOf<T>() == sizeof(ushort))
            {
                (isKept.As<short, T>() & value).CopyTo(mask[i..]);
                continue;
            }

            // Widening keeps all bits set or clear.
            (Vector512<int> lower, Vector512<int> upper) = Vector512.Widen(isKept);
            (lower.As<int, T>() & value).CopyTo(mask[i..]);
            (upper.As<int, T>() & value).CopyTo(mask[(i + Vector512<int>.Count)..]);
        }

        return i;
    }
}
