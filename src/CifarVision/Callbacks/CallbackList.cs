namespace CifarVision.Callbacks;

/// <summary>Calls the hooks of all callbacks in Keras' order: the user's, then the history's, then the progress bar's, then the backup's.</summary>
internal sealed class CallbackList(IReadOnlyList<Callback> callbacks, TrainingContext context) : IDisposable
{
    public TrainingContext Context { get; } = context;

    /// <summary>Whether no callback can change the model between two batches, because there are only those of the history and the progress bar.</summary>
    public bool OnlyLookOn => callbacks.All(callback => callback is HistoryRecorder or ProgbarLogger);

    public void TrainBegin() => Each(callback => callback.OnTrainBegin(Context));

    public void TrainEnd(Logs logs) => Each(callback => callback.OnTrainEnd(Context, logs));

    public void EpochBegin(int epoch, int firstStep = 0)
    {
        (Context.Epoch, Context.Step, Context.IsInsideEpoch) = (epoch, firstStep, true);
        Each(callback => callback.OnEpochBegin(Context, epoch));
    }

    public void EpochEnd(int epoch, Logs logs)
    {
        Context.IsInsideEpoch = false;
        Each(callback => callback.OnEpochEnd(Context, epoch, logs));
    }

    public void TrainBatchBegin(int batch)
    {
        Context.Step = batch;
        Each(callback => callback.OnTrainBatchBegin(Context, batch));
    }

    public void TrainBatchEnd(int batch, Logs logs) => Each(callback => callback.OnTrainBatchEnd(Context, batch, logs));

    public void TestBegin() => Each(callback => callback.OnTestBegin(Context));

    public void TestEnd(Logs logs) => Each(callback => callback.OnTestEnd(Context, logs));

    public void TestBatchBegin(int batch) => Each(callback => callback.OnTestBatchBegin(Context, batch));

    public void TestBatchEnd(int batch, Logs logs) => Each(callback => callback.OnTestBatchEnd(Context, batch, logs));

    public void PredictBegin() => Each(callback => callback.OnPredictBegin(Context));

    public void PredictEnd() => Each(callback => callback.OnPredictEnd(Context));

    public void PredictBatchBegin(int batch) => Each(callback => callback.OnPredictBatchBegin(Context, batch));

    public void PredictBatchEnd(int batch) => Each(callback => callback.OnPredictBatchEnd(Context, batch));

    /// <summary>Releases the terminal, also after an exception.</summary>
    public void Dispose()
    {
        foreach (ProgbarLogger progress in callbacks.OfType<ProgbarLogger>())
            progress.Leave();
    }

    private void Each(Action<Callback> hook)
    {
        foreach (Callback callback in callbacks)
            hook(callback);
    }
}
