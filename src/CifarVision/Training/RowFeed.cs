using CifarVision.Datasets;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>
/// Batches of rows by index. Rows that have to be decoded, and all rows for a graphics card, are prepared two batches ahead: worker threads fill
/// buffers that the training thread allocated and later wraps.
/// </summary>
internal sealed class RowFeed : BatchFeed
{
    private const int Ahead = 2;

    private readonly BatchSource _data;
    private readonly IEnumerator<ReadOnlyMemory<int>> _order;
    private readonly Distribution _distribution;
    // The run owns and disposes it.
    [NDBorrowed]
    private readonly DeviceRows _deviceRows;
    private readonly ScalarType _floatType;
    private readonly Queue<PendingBatch> _pending = [];
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>Starts to prepare batches.</summary>
    /// <param name="data">The source of rows.</param>
    /// <param name="order">The rows of each batch.</param>
    /// <param name="deviceRows">The device, and the tables that it holds.</param>
    /// <param name="floatType">The type of inputs.</param>
    /// <param name="distribution">Which rows of each batch this process computes.</param>
    public RowFeed(BatchSource data, IEnumerable<ReadOnlyMemory<int>> order, DeviceRows deviceRows, ScalarType floatType, Distribution distribution)
    {
        (_data, _order, _deviceRows, _floatType, _distribution) = (data, order.GetEnumerator(), deviceRows, floatType, distribution);
        Prepare();
    }

    /// <inheritdoc/>
    public override bool HasNext => _pending.Count > 0;

    /// <inheritdoc/>
    public override Batch Next()
    {
        PendingBatch next = _pending.Dequeue();
        using (next)
        {
            next.Wait();
            Batch batch = next.ToBatch(_data, _deviceRows, _floatType);
            Prepare();
            return batch;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _cancellation.Cancel();
        foreach (PendingBatch pending in _pending)
            pending.Dispose();
        _pending.Clear();
        _order.Dispose();
        _cancellation.Dispose();
    }

    // Rows in memory are copied when the step needs them: a thread would cost more than it saves.
    private void Prepare()
    {
        int ahead = _deviceRows.IsHost && _data.X.All(rows => rows.IsInMemory) ? 1 : Ahead;
        while (_pending.Count < ahead && _order.MoveNext())
        {
            (int start, int count) = _distribution.Slice(_order.Current.Length);
            _pending.Enqueue(new PendingBatch(_data, _order.Current, new RowPart(start, count, _order.Current.Length), _deviceRows, _cancellation.Token));
        }
    }
}
