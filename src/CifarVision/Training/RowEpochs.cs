using CifarVision.Datasets;

namespace CifarVision.Training;

/// <summary>Epochs over rows by index, in a new order each.</summary>
/// <param name="data">The rows.</param>
/// <param name="order">The rows of each batch.</param>
/// <param name="feed">Prepares batches.</param>
internal sealed class RowEpochs(BatchSource data, BatchOrder order, Func<BatchSource, IEnumerable<ReadOnlyMemory<int>>, BatchFeed> feed) : Epochs
{
    public override int Steps => order.Steps;

    public override int Samples => data.Count;

    public override PassPlace? Place
    {
        get => order.Place;
        set => order.Place = value;
    }

    public override bool HasNext => true;

    public override BatchFeed Next(int firstStep) => feed(data, order.NextEpoch(firstStep));

    public override void Advance(int rows) => order.Advance(rows);

    public override void Dispose()
    {
    }
}
