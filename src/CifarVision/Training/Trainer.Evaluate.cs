using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.Graphs;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <content>Evaluation and prediction, in inference mode.</content>
internal sealed partial class Trainer
{
    /// <summary>Evaluates the model; returns loss and metrics.</summary>
    /// <exception cref="InvalidOperationException">Compile was not called, or Fit is running on another thread.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(BatchSource data, int batchSize, int verbose, int? steps, IEnumerable<Callback>? callbacks, bool averageMirrored)
    {
        FitSettings.AtLeastOne(batchSize, nameof(batchSize), Kind);
        FitSettings.AtLeastOne(steps, nameof(steps), Kind);
        FitSettings.CheckVerbose(verbose, Kind);
        RequireCompiled("Evaluate");
        RequireBatchFits(data, batchSize);
        Mirroring.RequireImages(model, averageMirrored);
        using ModelGate.Pass pass = Gate.EnterEvaluate();
        int batches = steps ?? BatchOrder.CountBatches(data.Count, batchSize);
        using CallbackList all = StartCallbacks([.. callbacks ?? []], new TrainingParameters(1, batches, batchSize, data.Count, 0, verbose));
        ShareWeights();
        using var deviceRows = new DeviceRows(Device);
        return Evaluate(data, batchSize, steps, all, deviceRows, averageMirrored ? ExecutionPlan.AfterActivation(Plan.Graph, _compiled!.Losses) : null);
    }

    /// <summary>Evaluates one batch; returns its loss and metrics.</summary>
    public IReadOnlyDictionary<string, double> TestOnBatch(BatchSource data)
    {
        using ModelGate.Pass pass = Gate.EnterEvaluate();
        using var deviceRows = new DeviceRows(Device);
        RequireLossesFit(data, deviceRows);
        using RowFeed feed = Feed(data, [AllRows(data)], deviceRows);
        if (!_areReplicasEqual)
            ShareWeights();
        _figures.Reset();
        TestStep(feed);
        return _figures.Read(Distribution);
    }

    /// <summary>Computes the outputs, each (N, ...). Works before Compile too, and on several threads.</summary>
    public IReadOnlyList<NDArray> Predict(BatchSource data, int batchSize, int verbose, IEnumerable<Callback>? userCallbacks, bool averageMirrored)
    {
        FitSettings.AtLeastOne(batchSize, nameof(batchSize), Kind);
        FitSettings.CheckVerbose(verbose, Kind);
        RequireBatchFits(data, batchSize);
        Mirroring.RequireImages(model, averageMirrored);
        using ModelGate.Pass pass = Gate.EnterUse();
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
                predictions.Add(batch.Part, batch.Rows == 0 ? [] : [.. Outputs(batch.X, averageMirrored).Select(ArrayConversion.ToNDArray)]);
            }

            callbacks.PredictBatchEnd(step);
        }

        callbacks.PredictEnd();
        GC.KeepAlive(model);
        return predictions.All();
    }

    private IReadOnlyList<Tensor> Outputs(IReadOnlyList<Tensor> x, bool averageMirrored) =>
        averageMirrored ? Mirroring.Average(images => model.Forward(images, training: false), x) : model.Forward(x, training: false);

    private OrderedDictionary<string, double> Evaluate(
        BatchSource data, int batchSize, int? steps, CallbackList callbacks, DeviceRows deviceRows, ExecutionPlan? mirrored = null)
    {
        using ModelGate.Pass pass = Gate.EnterEvaluate();
        RequireLossesFit(data, deviceRows);
        using WeightCasts? casts = callbacks.AreReadOnly ? new WeightCasts() : null;
        _figures.Reset();
        callbacks.TestBegin();
        int step = 0;
        using RowFeed feed = Feed(data, new BatchOrder(data.Count, batchSize, steps, shuffling: null).NextEpoch(), deviceRows);
        while (feed.HasNext)
        {
            callbacks.TestBatchBegin(step);
            TestStep(feed, mirrored);
            callbacks.TestBatchEnd(step++, new Logs(_figures.ReadOwn));
        }

        OrderedDictionary<string, double> figures = _figures.Read(Distribution);
        callbacks.TestEnd(new Logs(figures));
        return figures;
    }
}
