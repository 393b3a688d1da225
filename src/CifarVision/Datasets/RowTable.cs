using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>
/// Rows of one shape and type, side by side in the memory of an array, from which batches are taken. Nothing is copied before that; a
/// graphics card is given the whole table at the first batch and keeps it.
/// </summary>
internal sealed unsafe class RowTable
{
    private const long UploadBytes = 1 << 28;
    private readonly Dictionary<(DeviceType, int), Tensor> _onDevices = [];
    private readonly NDArray _array;
    private readonly RowTable _whole;
    private readonly int _start;

    /// <summary>A table of the array's first axis. A contiguous array is not copied, so its changes are seen until a device holds a copy.</summary>
    /// <exception cref="ArgumentException">A scalar, or a type of elements that no tensor here has.</exception>
    public RowTable(NDArray array)
    {
        if (array.ndim == 0)
            throw new ArgumentException("Arrays must have a first axis, the samples, but was a scalar. Reshape it to (1, ...).", nameof(array));
        _whole = this;
        _array = np.ascontiguousarray(array);
        Type = ArrayConversion.ElementType(array);
        RowShape = array.shape[1..];
        Count = checked((int)array.shape[0]);
    }

    private RowTable(RowTable whole, int start, int count)
    {
        _whole = whole;
        _array = whole._array;
        _start = start;
        Type = whole.Type;
        RowShape = whole.RowShape;
        Count = count;
    }

    public int Count { get; }

    public TensorShape RowShape { get; }

    public ScalarType Type { get; }

    private long RowBytes => RowShape.ElementCount * _array.dtypesize;

    /// <summary>The rows from <paramref name="start"/> on, in the same memory, on the host and on devices.</summary>
    public RowTable Rows(int start, int count)
    {
        RequireRange(start, count);
        return new RowTable(_whole, _start + start, count);
    }

    /// <summary>The rows as an array in the same memory.</summary>
    public NDArray ToArray() => _array[FormattableString.Invariant($"{_start}:{_start + Count}")];

    /// <summary>A new tensor (rows, ...) of the table's type: the rows in the order given, as often as given.</summary>
    public Tensor Gather(ReadOnlySpan<int> rows, Device device)
    {
        foreach (int row in rows)
            RequireRange(row, 1);
        if (device.type != DeviceType.CPU)
            return GatherOn(device, rows);

        Tensor batch = torch.empty(RowShape.WithBatch(rows.Length), Type, torch.CPU);
        Span<byte> target = batch.bytes;
        int rowBytes = (int)RowBytes;
        for (int i = 0; i < rows.Length; i++)
            HostBytes(rows[i], 1).CopyTo(target[(i * rowBytes)..]);
        GC.KeepAlive(_array);
        return batch;
    }

    /// <summary>A new tensor (count, ...) of the table's type: neighbouring rows.</summary>
    public Tensor Slice(int start, int count, Device device)
    {
        RequireRange(start, count);
        if (device.type != DeviceType.CPU)
        {
            using Tensor rows = OnDevice(device).narrow(0, _start + start, count);
            return rows.clone();
        }

        Tensor batch = torch.empty(RowShape.WithBatch(count), Type, torch.CPU);
        HostBytes(start, count).CopyTo(batch.bytes);
        GC.KeepAlive(_array);
        return batch;
    }

    private Tensor GatherOn(Device device, ReadOnlySpan<int> rows)
    {
        var indices = new long[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            indices[i] = _start + rows[i];
        using Tensor index = torch.tensor(indices, device: device);
        return OnDevice(device).index(torch.TensorIndex.Tensor(index));
    }

    /// <summary>The first row that holds a NaN or an infinity, and which; null where all is finite.</summary>
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

    /// <summary>The SHA-256 of some rows' bytes, in hexadecimal digits: equal data has equal ones.</summary>
    public string Digest(IEnumerable<int> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int row in rows)
            hash.AppendData(HostBytes(row, 1));
        GC.KeepAlive(_array);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
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

    // Several threads may predict from one dataset.
    private Tensor OnDevice(Device device)
    {
        lock (_whole._onDevices)
        {
            if (!_whole._onDevices.TryGetValue((device.type, device.index), out Tensor? table))
                _whole._onDevices[(device.type, device.index)] = table = _whole.Upload(device);
            return table;
        }
    }

    // In pieces, since a span ends at 2 GB and the host need not hold the table twice.
    private Tensor Upload(Device device)
    {
        Tensor table = torch.empty(RowShape.WithBatch(Count), Type, device).DetachFromDisposeScope();
        int step = (int)Math.Clamp(UploadBytes / RowBytes, 1, Count);
        for (int start = 0; start < Count; start += step)
        {
            int count = Math.Min(step, Count - start);
            using Tensor piece = Slice(start, count, torch.CPU);
            using Tensor place = table.narrow(0, start, count);
            place.copy_(piece);
        }

        return table;
    }

    private ReadOnlySpan<byte> HostBytes(int start, int count) =>
        new(ArrayConversion.Address(_array) + ((_start + start) * RowBytes), checked((int)(count * RowBytes)));

    private void RequireRange(int start, int count)
    {
        if (start < 0 || count < 0 || start > Count - count)
            throw new ArgumentOutOfRangeException(nameof(start), $"Rows {start} to {start + count - 1} must lie within the {Count} rows of the array.");
    }
}
