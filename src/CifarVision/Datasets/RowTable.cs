using System.Numerics;
using System.Runtime.InteropServices;
using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>The rows of an array, which are not copied until a batch is read.</summary>
internal sealed unsafe class RowTable : RowSource
{
    private readonly NDArray _array;
    private readonly int _start;

    /// <summary>Creates a table of the rows along the first axis. A contiguous array is not copied, so later changes of it are visible.</summary>
    /// <exception cref="ArgumentException">The array is a scalar, or its element type is not supported.</exception>
    public RowTable(NDArray array)
    {
        if (array.ndim == 0)
            throw new ArgumentException("RowTable: array must have a first axis of samples, but was a scalar. Reshape it to (1, ...).", nameof(array));
        _array = np.ascontiguousarray(array);
        Type = ArrayConversion.ElementType(array);
        RowShape = array.shape[1..];
        Count = array.shape[0] <= int.MaxValue
            ? (int)array.shape[0]
            : throw new ArgumentException(FormattableString.Invariant($"Arrays must have at most {int.MaxValue} samples, but was {array.shape[0]}. Train on parts."), nameof(array));
        Whole = this;
    }

    private RowTable(RowTable other, int start, int count)
    {
        (_array, _start, Type, RowShape, Count, Whole) = (other._array, other._start + start, other.Type, other.RowShape, count, other.Whole);
        HoldsLabels = other.HoldsLabels;
    }

    public override int Count { get; }

    public override TensorShape RowShape { get; }

    public override ScalarType Type { get; }

    public override bool IsInMemory => true;

    /// <summary>Whether integers of several a row are class labels, as those of the pixels of an image.</summary>
    public bool HoldsLabels { get; init; }

    /// <summary>The table of all rows of the array.</summary>
    public RowTable Whole { get; }

    /// <summary>The index of the first row in <see cref="Whole"/>.</summary>
    public int Start => _start;

    /// <inheritdoc/>
    public override RowTable Rows(int start, int count)
    {
        RequireRange(start, count);
        return new RowTable(this, start, count);
    }

    /// <summary>Returns the rows as an array in the same memory.</summary>
    public NDArray ToArray() => _array[FormattableString.Invariant($"{_start}:{_start + Count}")];

    /// <inheritdoc/>
    public override void Fill(ReadOnlyMemory<int> rows, Memory<byte> target, CancellationToken cancellationToken) => Fill(rows.Span, target.Span);

    /// <summary>Writes rows in sequence.</summary>
    public void Fill(ReadOnlySpan<int> rows, Span<byte> target)
    {
        int rowBytes = checked((int)RowBytes);
        foreach (int row in rows)
        {
            RequireRange(row, 1);
            HostBytes(row, 1).CopyTo(target);
            target = target[rowBytes..];
        }

        GC.KeepAlive(_array);
    }

    /// <summary>Writes consecutive rows.</summary>
    public void FillRange(int start, int count, Span<byte> target)
    {
        RequireRange(start, count);
        HostBytes(start, count).CopyTo(target);
        GC.KeepAlive(_array);
    }

    /// <summary>Returns the first row with a NaN or an infinity, and the value; null if all values are finite.</summary>
    public (int Row, double Value)? FirstNotFinite()
    {
        for (int row = 0; row < Count; row++)
        {
            double? value = Type switch
            {
                ScalarType.Float32 => NotFinite(MemoryMarshal.Cast<byte, float>(HostBytes(row, 1))),
                ScalarType.Float64 => NotFinite(MemoryMarshal.Cast<byte, double>(HostBytes(row, 1))),
                _ => null,
            };
            if (value is not null)
                return (row, value.Value);
        }

        GC.KeepAlive(_array);
        return null;
    }

    /// <summary>Returns the smallest and the largest value of a row.</summary>
    public (double Low, double High) Range(int row)
    {
        ReadOnlySpan<byte> bytes = HostBytes(row, 1);
        (double, double) range = Type switch
        {
            ScalarType.Float32 => Range(MemoryMarshal.Cast<byte, float>(bytes)),
            ScalarType.Float64 => Range(MemoryMarshal.Cast<byte, double>(bytes)),
            ScalarType.Int32 => Range(MemoryMarshal.Cast<byte, int>(bytes)),
            ScalarType.Int64 => Range(MemoryMarshal.Cast<byte, long>(bytes)),
            _ => Range(bytes),
        };
        GC.KeepAlive(_array);
        return range;
    }

    private static (double Low, double High) Range<T>(ReadOnlySpan<T> values)
        where T : struct, INumber<T>
    {
        (T low, T high) = (values[0], values[0]);
        foreach (T value in values)
        {
            low = value < low ? value : low;
            high = value > high ? value : high;
        }

        return (double.CreateSaturating(low), double.CreateSaturating(high));
    }

    private static double? NotFinite<T>(ReadOnlySpan<T> values)
        where T : struct, IFloatingPoint<T>
    {
        foreach (T value in values)
        {
            if (!T.IsFinite(value))
                return double.CreateChecked(value);
        }

        return null;
    }

    private ReadOnlySpan<byte> HostBytes(int start, int count) =>
        new(ArrayConversion.Address(_array) + (((long)_start + start) * RowBytes), checked((int)(count * RowBytes)));
}
