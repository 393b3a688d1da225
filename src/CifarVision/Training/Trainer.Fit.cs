using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Training.Resuming;

namespace CifarVision.Training;

/// <content>The loop in Keras' order.</content>
internal sealed partial class Trainer
{
    /// <summary>Trains on batches of <paramref name="data"/>.</summary>
    /// <exception cref="InvalidOperationException">Compile was not called, or another Fit of this model is running.</exception>
    public TrainingHistory Fit(
        BatchSource data, BatchSource? validation, FitSettings settings, IEnumerable<Callback>? userCallbacks, CancellationToken cancellationToken)
    {
        CompiledModel compiled = RequireCompiled("Fit");
        using var exclusive = EnterFit();
        var order = new BatchOrder(data.Count, settings.BatchSize, settings.StepsPerEpoch, settings.Shuffle ? Shuffling : null);
        var history = new TrainingHistory(new Dictionary<string, int> { ["verbose"] = settings.Verbose, ["epochs"] = settings.Epochs, ["steps"] = order.Steps });
        var recorder = new HistoryRecorder(history);
        using CallbackList callbacks = StartCallbacks([.. userCallbacks ?? [], recorder], settings.Parameters(order, data, validation), cancellationToken);
        TrainingContext context = callbacks.Context;
        var run = new ResumableRun(model, context, order, _figures, Device, () => RunIdentity.Of(model, compiled, _figures, settings, data, validation));
        run.FindBackup();
        callbacks.TrainBegin();
        run.Restore();
        for (int epoch = run.FirstEpoch; epoch < settings.Epochs && !context.StopRequested; epoch++)
        {
            _figures.Reset();
            int step = run.FirstStep(epoch);
            callbacks.EpochBegin(epoch, step);
            if (step > 0)
                run.Restore();
            foreach (ReadOnlyMemory<int> rows in order.NextEpoch(step))
            {
                callbacks.TrainBatchBegin(step);
                TrainStep(data, rows.Span);
                callbacks.TrainBatchEnd(step++, new Logs(_figures.ReadOwn));
                if (context.StopRequested || cancellationToken.IsCancellationRequested)
                    break;
            }

            if (cancellationToken.IsCancellationRequested)
                break;
            var logs = new Logs(_figures.Read(compiled.Distribution));
            if (validation is not null && (epoch + 1) % settings.ValidationFreq == 0)
                logs.AddValidation(Evaluate(validation, settings.ValidationBatchSize ?? settings.BatchSize, settings.ValidationSteps, callbacks));

            callbacks.EpochEnd(epoch, logs);
        }

        compiled.Optimizer.FinalizeWeights(TrainableWeights());
        callbacks.TrainEnd(recorder.Last);
        return history;
    }

    /// <summary>One training step on a batch; returns the running means since <see cref="ResetMetrics"/>.</summary>
    public IReadOnlyDictionary<string, double> TrainOnBatch(BatchSource data)
    {
        using var exclusive = EnterEvaluate();
        TrainStep(data, AllRows(data));
        return _figures.Read(_compiled!.Distribution);
    }

    private static int[] AllRows(BatchSource data) => [.. Enumerable.Range(0, data.Count)];
}
