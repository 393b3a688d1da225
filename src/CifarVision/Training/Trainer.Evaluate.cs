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
        return Evaluate(data, batchSize, steps, all);
    }

    /// <summary>Evaluates one batch; returns the running means since <see cref="ResetMetrics"/>.</summary>
    public IReadOnlyDictionary<string, double> TestOnBatch(BatchSource data)
    {
        using var exclusive = EnterEvaluate();
        TestStep(data, AllRows(data));
        return _figures.Read(_compiled!.Distribution);
    }

    /// <summary>Computes the outputs, each (N, ...). Works before Compile too, and on several threads.</summary>
    public IReadOnlyList<NDArray> Predict(BatchSource data, int batchSize, int verbose, IEnumerable<Callback>? userCallbacks)
    {
        FitSettings.AtLeastOne(batchSize, nameof(batchSize), Kind);
        FitSettings.CheckVerbose(verbose, Kind);
        var order = new BatchOrder(data.Count, batchSize, stepsPerEpoch: null, shuffling: null);
        using CallbackList callbacks = StartCallbacks([.. userCallbacks ?? []], new TrainingParameters(1, order.Steps, batchSize, data.Count, 0, verbose));
        using WeightCasts? casts = callbacks.OnlyLookOn ? new WeightCasts() : null;
        callbacks.PredictBegin();
        var batches = new List<NDArray[]>(order.Steps);
        foreach (ReadOnlyMemory<int> rows in order.NextEpoch())
        {
            callbacks.PredictBatchBegin(batches.Count);
            using (torch.NewDisposeScope())
            using (torch.no_grad())
                batches.Add([.. model.Forward(data.Batch(rows.Span, Device, FloatType).X, training: false).Select(ArrayConversion.ToNDArray)]);
            callbacks.PredictBatchEnd(batches.Count - 1);
        }

        callbacks.PredictEnd();
        return batches.Count == 1
            ? batches[0]
            : [.. Enumerable.Range(0, batches[0].Length).Select(output => np.concatenate([.. batches.Select(batch => batch[output])]))];
    }

    private OrderedDictionary<string, double> Evaluate(BatchSource data, int batchSize, int? steps, CallbackList callbacks)
    {
        using var exclusive = EnterEvaluate();
        using WeightCasts? casts = callbacks.OnlyLookOn ? new WeightCasts() : null;
        _figures.Reset();
        callbacks.TestBegin();
        int step = 0;
        foreach (ReadOnlyMemory<int> rows in new BatchOrder(data.Count, batchSize, steps, shuffling: null).NextEpoch())
        {
            callbacks.TestBatchBegin(step);
            TestStep(data, rows.Span);
            callbacks.TestBatchEnd(step++, new Logs(_figures.ReadOwn));
        }

        OrderedDictionary<string, double> figures = _figures.Read(_compiled!.Distribution);
        callbacks.TestEnd(new Logs(figures));
        return figures;
    }
}
