using CifarVision.Datasets;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>A batch that is being prepared: its buffers, and the work that fills them.</summary>
internal sealed class PendingBatch : IDisposable
{
    private readonly RowPart _part;
    private readonly Tensor?[] _x;
    private readonly Tensor?[] _y;
    private readonly Tensor?[] _weights;
    private readonly Tensor? _index;
    private readonly Task? _work;
    private readonly List<Action> _fill = [];

    /// <summary>Allocates the buffers on the calling thread, and has workers fill those whose rows must be decoded or are for a graphics card.</summary>
    public PendingBatch(BatchSource data, ReadOnlyMemory<int> batch, RowPart part, DeviceRows device, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<int> rows = batch.Slice(part.Start, part.Count);
        _part = part;
        _x = [.. data.X.Select(Buffer)];
        _y = [.. data.Y.Select(Buffer)];
        _weights = [.. data.SampleWeights.Select(table => table is null ? null : Buffer(table))];
        _index = device.IndexOf(rows);
        if (!device.IsHost || data.X.Any(source => !source.IsInMemory))
            _work = Task.Run(() => _fill.ForEach(fill => fill()), cancellationToken);

        Tensor? Buffer(RowSource source)
        {
            if (device.Holds(source))
                return null;
            Tensor buffer = device.NewBuffer(source, rows.Length);
            var memory = new TensorMemory(buffer);
            _fill.Add(() => source.Fill(rows, memory.Memory, cancellationToken));
            return buffer;
        }
    }

    /// <summary>Waits until the buffers are filled, or fills them.</summary>
    public void Wait()
    {
        if (_work is null)
            _fill.ForEach(fill => fill());
        else
            _work.GetAwaiter().GetResult();
    }

    /// <summary>Returns the tensors on the device: inputs as floats of one type, integer labels as int64 and any other truth as floats, weights as floats.</summary>
    public Batch ToBatch(BatchSource data, DeviceRows device, ScalarType floatType)
    {
        Tensor[] x = [.. data.X.Select((source, i) => device.Scaled(device.Take(source, _x[i], _index, floatType), data.Scale))];
        Tensor[] y = [.. data.Y.Select((table, i) => device.Take(table, _y[i], _index, BatchSource.HasIntegerLabels(table) ? ScalarType.Int64 : floatType))];
        Tensor?[] weights = [.. data.SampleWeights.Select((table, i) => table is null ? null : device.Take(table, _weights[i], _index, floatType))];
        return new Batch(x, y, weights, _part);
    }

    /// <summary>Frees the buffers once no worker writes into them.</summary>
    public void Dispose()
    {
        try
        {
            _work?.Wait();
        }
        catch (AggregateException)
        {
            // The exception was reported to the caller that waited for the batch; for a batch that is never taken it is ignored.
        }

        foreach (Tensor? buffer in _x.Concat(_y).Concat(_weights).Append(_index))
            buffer?.Dispose();
    }
}
