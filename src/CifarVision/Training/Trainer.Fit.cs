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
        BatchSource data, BatchSource? validation, FitSettings settings, IEnumerable<Callback>? callbacks, CancellationToken cancellationToken)
    {
        CompiledModel compiled = RequireCompiled("Fit");
        RequireBatchFits(data, settings.BatchSize);
        using ModelGate.Pass pass = Gate.EnterFit();
        _fitCallbacks = null;
        using var deviceRows = new DeviceRows(Device);
        RequireLossesFit(data, deviceRows);
        if (validation is not null)
            RequireLossesFit(validation, deviceRows);
        compiled.Optimizer.RequireKnown(TrainableWeights());
        using var epochs = new RowEpochs(
            data,
            new BatchOrder(data.Count, settings.BatchSize, settings.StepsPerEpoch, settings.Shuffle ? Shuffling : null),
            (source, order) => Feed(source, order, deviceRows));
        return Fit(epochs, validation, settings, callbacks, deviceRows, () => RunIdentity.Of(model, compiled, _figures, settings, data, validation), cancellationToken);
    }

    /// <summary>Trains on batches that the user's program generates.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="check">Checks the arrays of a batch against the model.</param>
    /// <param name="validation">The validation data, or null.</param>
    /// <param name="settings">The settings, including the number of steps per epoch.</param>
    /// <param name="callbacks">The user's callbacks.</param>
    /// <param name="cancellationToken">Ends the run after the current batch.</param>
    public TrainingHistory Fit(
        IEnumerable<(NDArray X, NDArray Y)> batches,
        Func<NDArray, NDArray, BatchSource> check,
        BatchSource? validation,
        FitSettings settings,
        IEnumerable<Callback>? callbacks,
        CancellationToken cancellationToken)
    {
        CompiledModel compiled = RequireCompiled("Fit");
        Callback[] all = [.. callbacks ?? []];
        if (all.Any(callback => callback is BackupAndRestore))
            throw new ArgumentException("BackupAndRestore: a run on generated batches cannot be resumed. Give Fit arrays or a dataset.", nameof(callbacks));
        using ModelGate.Pass pass = Gate.EnterFit();
        _fitCallbacks = null;
        using var deviceRows = new DeviceRows(Device);
        compiled.Optimizer.RequireKnown(TrainableWeights());
        if (validation is not null)
            RequireLossesFit(validation, deviceRows);
        using var epochs = new GeneratorEpochs(batches, settings.StepsPerEpoch!.Value, Checked, (source, order) => Feed(source, order, deviceRows));
        return Fit(epochs, validation, settings, all, deviceRows, () => RunIdentity.Of(model, compiled, _figures, settings, null, validation), cancellationToken);

        BatchSource Checked(NDArray x, NDArray y)
        {
            BatchSource batch = check(x, y);
            RequireLossesFit(batch, deviceRows);
            return batch;
        }
    }

    /// <summary>One training step on a batch; returns the loss and the metrics of the batch.</summary>
    public IReadOnlyDictionary<string, double> TrainOnBatch(BatchSource data)
    {
        using ModelGate.Pass pass = Gate.EnterEvaluate();
        using var deviceRows = new DeviceRows(Device);
        RequireLossesFit(data, deviceRows);
        _compiled!.Optimizer.RequireKnown(TrainableWeights());
        using RowFeed feed = Feed(data, [AllRows(data)], deviceRows);
        if (!_areReplicasEqual)
            ShareWeights();
        _figures.Reset();
        TrainStep(feed);
        return _figures.Read(Distribution);
    }

    private TrainingHistory Fit(
        Epochs epochs,
        BatchSource? validation,
        FitSettings settings,
        IEnumerable<Callback>? userCallbacks,
        DeviceRows deviceRows,
        Func<RunIdentity> identify,
        CancellationToken cancellationToken)
    {
        var history = new TrainingHistory(new Dictionary<string, int> { ["verbose"] = settings.Verbose, ["epochs"] = settings.Epochs, ["steps"] = epochs.Steps });
        var recorder = new HistoryRecorder(history);
        using CallbackList callbacks = StartCallbacks([.. userCallbacks ?? [], recorder], settings.Parameters(epochs, validation), Shuffling, cancellationToken);
        _fitCallbacks = callbacks;
        TrainingContext context = callbacks.Context;
        TrainingContext? watching = context.Callbacks.Any(callback => callback is TerminateOnNaN) ? context : null;
        using var run = new ResumableRun(model, callbacks, epochs, _figures, Device, identify, Distribution);
        run.FindBackup();
        ShareWeights();
        callbacks.TrainBegin();
        run.Restore();
        for (int epoch = run.FirstEpoch; epoch < settings.Epochs && !callbacks.StopRequested && epochs.HasNext; epoch++)
        {
            _figures.Reset();
            int step = run.FirstStep(epoch);
            callbacks.EpochBegin(epoch, step);
            if (step > 0)
                run.Restore();
            using (BatchFeed feed = epochs.Next(step))
            {
                while (feed.HasNext)
                {
                    callbacks.TrainBatchBegin(step);
                    epochs.Advance(TrainStep(feed, watching));
                    callbacks.TrainBatchEnd(step++, new Logs(_figures.ReadOwn));
                    if (callbacks.StopRequested || context.IsCancelled)
                        break;
                }
            }

            if (context.IsCancelled)
                break;
            var logs = new Logs(_figures.Read(Distribution));
            if (validation is not null && (epoch + 1) % settings.ValidationFreq == 0)
                logs.AddValidation(Evaluate(validation, settings.ValidationBatchSize ?? settings.BatchSize, settings.ValidationSteps, callbacks, deviceRows));

            callbacks.EpochEnd(epoch, logs);
        }

        _compiled!.Optimizer.FinalizeWeights(TrainableWeights());
        callbacks.TrainEnd(recorder.Last);
        _fitCallbacks = null;
        return history;
    }

    private RowFeed Feed(BatchSource data, IEnumerable<ReadOnlyMemory<int>> order, DeviceRows deviceRows)
    {
        deviceRows.Upload(data);
        return new RowFeed(data, order, deviceRows, FloatType, Distribution);
    }

    private static ReadOnlyMemory<int> AllRows(BatchSource data) => Enumerable.Range(0, data.Count).ToArray();
}
