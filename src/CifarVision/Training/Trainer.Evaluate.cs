using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <content>Evaluation and prediction, in inference mode.</content>
internal sealed partial class Trainer
{
    /// <summary>Evaluates the model; returns loss and metrics.</summary>
    /// <exception cref="InvalidOperationException">Compile was not called, or Fit is running on another thread.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(BatchSource data, int batchSize, int verbose, int? steps, IEnumerable<Callback>? callbacks)
    {
        FitSettings.AtLeastOne(batchSize, nameof(batchSize), Kind);
        FitSettings.AtLeastOne(steps, nameof(steps), Kind);
        FitSettings.CheckVerbose(verbose, Kind);
        RequireCompiled("Evaluate");
        int batches = steps ?? BatchOrder.CountBatches(data.Count, batchSize);
        using CallbackList all = StartCallbacks([.. callbacks ?? []], new TrainingParameters(1, batches, batchSize, data.Count, 0, verbose));
        ShareWeights();
        using var deviceRows = new DeviceRows(Device);
        return Evaluate(data, batchSize, steps, all, deviceRows);
    }

    /// <summary>Evaluates one batch; returns the running means since <see cref="ResetMetrics"/>.</summary>
    public IReadOnlyDictionary<string, double> TestOnBatch(BatchSource data)
    {
        using var exclusive = EnterEvaluate("TestOnBatch");
        using var deviceRows = new DeviceRows(Device);
        RequireLossesFit(data, deviceRows);
        using RowFeed feed = Feed(data, [AllRows(data)], deviceRows);
        if (!_areReplicasEqual)
            ShareWeights();
        TestStep(feed);
        return _figures.Read(Distribution);
    }

    /// <summary>Computes the outputs, each (N, ...). Works before Compile too, and on several threads.</summary>
    public IReadOnlyList<NDArray> Predict(BatchSource data, int batchSize, int verbose, IEnumerable<Callback>? userCallbacks)
    {
        FitSettings.AtLeastOne(batchSize, nameof(batchSize), Kind);
        FitSettings.CheckVerbose(verbose, Kind);
        var order = new BatchOrder(data.Count, batchSize, stepsPerEpoch: null, shuffling: null);
        using CallbackList callbacks = StartCallbacks([.. userCallbacks ?? []], new TrainingParameters(1, order.Steps, batchSize, data.Count, 0, verbose));
        using WeightCasts? casts = callbacks.AreReadOnly ? new WeightCasts() : null;
        Distribution distribution = Distribution;
        Replicas.ShareWeights(distribution, model);
        callbacks.PredictBegin();
        var predictions = new Predictions(distribution);
        using var deviceRows = new DeviceRows(Device);
        using RowFeed feed = Feed(data, order.NextEpoch(), deviceRows);
        for (int step = 0; feed.HasNext; step++)
        {
            callbacks.PredictBatchBegin(step);
            using (torch.NewDisposeScope())
            using (torch.no_grad())
            {
                Batch batch = feed.Next();
                predictions.Add(batch.Part, batch.Rows == 0 ? [] : [.. model.Forward(batch.X, training: false).Select(ArrayConversion.ToNDArray)]);
            }

            callbacks.PredictBatchEnd(step);
        }

        callbacks.PredictEnd();
        GC.KeepAlive(model);
        return predictions.All();
    }

    private OrderedDictionary<string, double> Evaluate(BatchSource data, int batchSize, int? steps, CallbackList callbacks, DeviceRows deviceRows)
    {
        using var exclusive = EnterEvaluate("Evaluate");
        RequireLossesFit(data, deviceRows);
        using WeightCasts? casts = callbacks.AreReadOnly ? new WeightCasts() : null;
        _figures.Reset();
        callbacks.TestBegin();
        int step = 0;
        using RowFeed feed = Feed(data, new BatchOrder(data.Count, batchSize, steps, shuffling: null).NextEpoch(), deviceRows);
        while (feed.HasNext)
        {
            callbacks.TestBatchBegin(step);
            TestStep(feed);
            callbacks.TestBatchEnd(step++, new Logs(_figures.ReadOwn));
        }

        OrderedDictionary<string, double> figures = _figures.Read(Distribution);
        callbacks.TestEnd(new Logs(figures));
        return figures;
    }
}
