using CifarVision.Datasets;

namespace CifarVision.Training;

/// <content>Checks losses and metrics before a step changes the model.</content>
internal sealed partial class Trainer
{
    private const int RowsToCheck = 32;
    private string _checkedShapes = "";

    /// <summary>
    /// Computes the losses and metrics of the first rows, with zeros for the model's output: what does not fit, in a loss of one's own too, is an
    /// error before batch statistics and random streams have moved. Shapes that passed are not checked again.
    /// </summary>
    private void RequireLossesFit(BatchSource data, DeviceRows deviceRows)
    {
        string shapes = string.Join(' ', data.Y.Select(table => $"{table.Type}{table.RowShape}").Concat(data.SampleWeights.Select(table => $"{table?.RowShape}")));
        if (shapes == _checkedShapes)
            return;
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        // Without the inputs, which may have to be decoded.
        BatchSource truth = new BatchSource(data.Y, data.Y, data.SampleWeights).Head(Math.Min(RowsToCheck, data.Count));
        deviceRows.Upload(truth);
        using var feed = new RowFeed(truth, [AllRows(truth)], deviceRows, FloatType, Distribution.SingleProcess);
        Batch rows = feed.Next();
        Tensor[] outputs = [.. model.OutputShapes.Select(shape => torch.zeros(shape.WithBatch(truth.Count), FloatType, Device))];
        _ = Losses(rows, outputs, Plan);
        if (_figures.HasMetrics)
        {
            // Between the batches of a generator, whose labels may have other shapes, the running means go on.
            var before = _figures.GetState().ToDictionary(figure => figure.Key, figure => figure.State);
            try
            {
                _figures.Update(rows, outputs, Plan);
            }
            finally
            {
                _figures.SetState(key => before[key], Device);
            }
        }

        _checkedShapes = shapes;
    }

    /// <summary>Checks that the arrays of a batch can be prepared: each is one span of bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A batch takes 2 GB or more.</exception>
    private void RequireBatchFits(BatchSource data, int batchSize)
    {
        long rows = Math.Min(batchSize, data.Count);
        long bytes = data.X.Concat(data.Y).Max(source => source.RowBytes) * rows;
        if (bytes > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batchSize), FormattableString.Invariant($"{Kind}: batchSize must let a batch fit into 2 GB, but was {batchSize}, whose rows take {bytes >> 20} MB. Take a smaller one."));
        }
    }
}
