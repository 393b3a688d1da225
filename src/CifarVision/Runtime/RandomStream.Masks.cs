using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CifarVision.Runtime;

public sealed partial class RandomStream
{
    // 8 KB of random bits: they stay in the first-level cache between being made and being compared.
    private const int MaskChunkWords = 1024;
    private const int ValuesPerWord = 4;

    /// <summary>Sets a random share of the values of a tensor to 0 and multiplies the others by 1 / (1 - rate).</summary>
    /// <param name="x">Of type Float32, BFloat16 or Float64.</param>
    /// <param name="shape">The shape of the mask, batch axis included; it broadcasts to that of <paramref name="x"/>.</param>
    /// <param name="rate">The share of zeros, from 0 to 1. Sixteen bits decide each value, so it is rounded to a 65,536th.</param>
    internal Tensor Drop(Tensor x, ReadOnlySpan<long> shape, double rate) =>
        DrawsOnHost(x.device) ? x * NextMask(shape, rate, x.dtype, x.device) : DropOnDevice(x, shape, rate);

    /// <summary>Computes <see cref="Drop"/> on the device of the tensor.</summary>
    internal Tensor DropOnDevice(Tensor x, ReadOnlySpan<long> shape, double rate) =>
        (x * NextKept(shape, rate, x.device)).Multiply(ScaleOfKept(rate, x.dtype));

    /// <summary>Draws a dropout mask on the CPU: 0 with probability <paramref name="rate"/>, else 1 / (1 - rate).</summary>
    internal Tensor NextMask(ReadOnlySpan<long> shape, double rate, ScalarType type, Device device) =>
        DrawOfRows(shape.ToArray(), values => DrawMask(values, rate, type, device));

    /// <summary>Draws on a device which values of a dropout mask are not 0: the same as <see cref="NextMask"/>.</summary>
    internal Tensor NextKept(ReadOnlySpan<long> shape, double rate, Device device) => DrawOfRows(shape.ToArray(), values => DrawKept(values, rate, device));

    private Tensor DrawMask(long[] shape, double rate, ScalarType type, Device device)
    {
        Tensor mask = torch.empty(shape, type, torch.CPU);
        int dropped = DroppedOf65536(rate);
        double kept = ScaleOfKept(rate, type);
        switch (type)
        {
            case ScalarType.Float32:
                FillMask(MemoryMarshal.Cast<byte, uint>(mask.bytes), dropped, BitConverter.SingleToUInt32Bits((float)kept));
                break;
            case ScalarType.BFloat16:
                FillMask(MemoryMarshal.Cast<byte, ushort>(mask.bytes), dropped, (ushort)(BitConverter.SingleToUInt32Bits((float)kept) >> 16));
                break;
            default:
                FillMask(MemoryMarshal.Cast<byte, ulong>(mask.bytes), dropped, BitConverter.DoubleToUInt64Bits(kept));
                break;
        }

        return device.type == DeviceType.CPU ? mask : mask.to(device);
    }

    private Tensor DrawKept(long[] shape, double rate, Device device)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        long count = shape.Aggregate(1L, (product, axis) => product * axis);
        // Four values from each word, the lowest bits first.
        Tensor shifts = TorchMath.Arange(0, 64, 16, device);
        Tensor draws = NextWords((count + ValuesPerWord - 1) / ValuesPerWord, device).unsqueeze(-1).bitwise_right_shift(shifts).AndInPlace(ushort.MaxValue);
        return scope.MoveToOuter(draws.IsAtLeast(DroppedOf65536(rate)).flatten().narrow(0, 0, count).reshape(shape));
    }

    private static int DroppedOf65536(double rate) => (int)Math.Round(rate * (1 << 16));

    /// <summary>Returns the factor of the values that are kept, in the precision of a type.</summary>
    private static double ScaleOfKept(double rate, ScalarType type)
    {
        double kept = rate < 1 ? 1 / (1 - rate) : 0;
        uint bits = BitConverter.SingleToUInt32Bits((float)kept);
        return type switch
        {
            ScalarType.Float32 => (float)kept,
            ScalarType.BFloat16 => BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000),
            ScalarType.Float64 => kept,
            _ => throw new ArgumentException($"RandomStream: a mask must be of type Float32, BFloat16 or Float64, but was {type}.", nameof(type)),
        };
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
