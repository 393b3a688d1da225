using CifarVision.Datasets;
using CifarVision.Runtime.Natives;

namespace CifarVision.Training;

/// <summary>
/// Transfers rows to the model's device during one Fit, Evaluate or Predict. A graphics card keeps whole tables that fit into a quarter of
/// its free memory; other rows stream through pinned buffers, which are copied while the card computes. Disposing frees the tables.
/// </summary>
/// <param name="device">The model's device.</param>
/// <param name="budget">How many bytes of tables the device may hold; by default the quarter of a graphics card, and nothing elsewhere.</param>
internal sealed class DeviceRows(Device device, long? budget = null) : IDisposable
{
    private const int PartOfFreeMemory = 4;
    private const long PieceBytes = 1 << 28;

    private readonly Dictionary<RowTable, Tensor> _tables = [];
    private readonly Dictionary<(double, ScalarType), Tensor> _divisors = [];
    private long _budget = budget ?? (device.type == DeviceType.CUDA ? CudaDriver.FreeBytes(device.index) / PartOfFreeMemory : 0);

    /// <summary>Whether the device computes in the memory of this process.</summary>
    public bool IsHost { get; } = device.type == DeviceType.CPU;

    /// <summary>Uploads the tables of a source that fit.</summary>
    public void Upload(BatchSource data)
    {
        foreach (RowTable table in data.X.Concat(data.Y).Concat(data.SampleWeights.OfType<RowTable>()).OfType<RowTable>().Select(table => table.Whole).Distinct())
        {
            long bytes = table.RowBytes * table.Count;
            if (_tables.ContainsKey(table) || bytes > _budget)
                continue;
            _budget -= bytes;
            _tables.Add(table, Upload(table));
        }
    }

    /// <summary>Whether the device has the whole table of a source.</summary>
    public bool Holds(RowSource source) => source is RowTable table && _tables.ContainsKey(table.Whole);

    /// <summary>Returns a buffer for rows: for a graphics card pinned, and never used again, since a copy from it may still be under way.</summary>
    public Tensor NewBuffer(RowSource source, int rows)
    {
        Tensor buffer = torch.empty(source.RowShape.WithBatch(rows), source.Type, torch.CPU).DetachFromDisposeScope();
        return device.type == DeviceType.CUDA ? Pinned(buffer) : buffer;
    }

    /// <summary>Returns the rows of a batch as an index on the device, where it holds any table; else null.</summary>
    public Tensor? IndexOf(ReadOnlyMemory<int> rows)
    {
        if (_tables.Count == 0)
            return null;
        Tensor index = torch.tensor(Array.ConvertAll(rows.ToArray(), row => (long)row), device: torch.CPU).DetachFromDisposeScope();
        if (IsHost)
            return index;
        using Tensor source = device.type == DeviceType.CUDA ? Pinned(index) : index;
        return source.to(device, non_blocking: true).DetachFromDisposeScope();
    }

    /// <summary>Returns the rows of a batch on the device, from the table that it holds or from a filled buffer.</summary>
    public Tensor Take(RowSource source, Tensor? buffer, Tensor? index, ScalarType type)
    {
        if (buffer is null)
        {
            var table = (RowTable)source;
            return _tables[table.Whole].narrow(0, table.Start, table.Count).index_select(0, index!).to(type);
        }

        if (!IsHost)
            return buffer.to(device, non_blocking: true).to(type);
        return buffer.dtype == type ? buffer.alias() : buffer.to(type);
    }

    /// <summary>Multiplies inputs by a scale, in place. It divides by 1 / scale, so that a scale of 1/255 gives exactly NumPy's <c>x / 255</c>.</summary>
    public Tensor Scaled(Tensor inputs, double? scale)
    {
        if (scale is not { } factor)
            return inputs;

        // The divisor is a tensor: for a scalar, torch on CUDA would multiply by its inverse.
        if (!_divisors.TryGetValue((factor, inputs.dtype), out Tensor? divisor))
            _divisors.Add((factor, inputs.dtype), divisor = torch.tensor(1 / factor, inputs.dtype, device).DetachFromDisposeScope());
        return inputs.div_(divisor);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _tables.Values.Concat(_divisors.Values))
            tensor.Dispose();
    }

    private static Tensor Pinned(Tensor pageable)
    {
        using (pageable)
            return pageable.pin_memory().DetachFromDisposeScope();
    }

    // In pieces, since a span ends at 2 GB and the host need not hold the table twice.
    private Tensor Upload(RowTable table)
    {
        Tensor uploaded = torch.empty(table.RowShape.WithBatch(table.Count), table.Type, device).DetachFromDisposeScope();
        int step = (int)Math.Clamp(PieceBytes / table.RowBytes, 1, table.Count);
        for (int start = 0; start < table.Count; start += step)
        {
            int count = Math.Min(step, table.Count - start);
            using Tensor piece = torch.empty(table.RowShape.WithBatch(count), table.Type, torch.CPU);
            table.FillRange(start, count, piece.bytes);
            using Tensor place = uploaded.narrow(0, start, count);
            place.copy_(piece);
        }

        return uploaded;
    }
}
