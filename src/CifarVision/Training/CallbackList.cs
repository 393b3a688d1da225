using CifarVision.Callbacks;

namespace CifarVision.Training;

/// <summary>
/// Calls the hooks of all callbacks in Keras' order: the user's, then the history's, then the progress bar's, then the backup's. On several processes
/// those of rank 0 are called, and what they decided is shared after each hook.
/// </summary>
/// <param name="callbacks">The callbacks of this process.</param>
/// <param name="context">The run.</param>
/// <param name="replicas">The processes; null for one.</param>
internal sealed class CallbackList(IReadOnlyList<Callback> callbacks, TrainingContext context, Replicas? replicas = null) : IDisposable
{
    private readonly BackupAndRestore[] _backups = [.. callbacks.OfType<BackupAndRestore>()];
    private readonly Callback[] _others = [.. callbacks.Where(callback => callback is not BackupAndRestore)];

    public TrainingContext Context { get; } = context;

    /// <summary>Whether no callback can change the model between two batches: there are only the history's and the progress bar's.</summary>
    public bool AreReadOnly => callbacks.All(callback => callback is HistoryRecorder or ProgbarLogger);

    /// <summary>Whether a hook is running.</summary>
    public bool IsCalling { get; private set; }

    /// <summary>Whether a callback has requested a stop, as all processes know.</summary>
    public bool StopRequested => replicas?.StopRequested ?? Context.StopRequested;

    /// <summary>Sets what returns the state of this process for a backup inside an epoch.</summary>
    public Func<string> OwnState
    {
        set => replicas?.OwnState = value;
    }

    /// <summary>The states of all processes for the backup that is due, by rank; empty for one process.</summary>
    public IReadOnlyList<string> RankStates => replicas?.States ?? [];

    public void TrainBegin()
    {
        Each(callback => callback.OnTrainBegin(Context));
        replicas?.ShareChanges(Context);
    }

    public void TrainEnd(Logs logs)
    {
        Each(callback => callback.OnTrainEnd(Context, logs));
        replicas?.ShareChanges(Context);
    }

    public void EpochBegin(int epoch, int firstStep = 0)
    {
        (Context.Epoch, Context.Step, Context.IsInsideEpoch) = (epoch, firstStep, true);
        Each(callback => callback.OnEpochBegin(Context, epoch));
        replicas?.ShareChanges(Context);
    }

    public void EpochEnd(int epoch, Logs logs)
    {
        Context.IsInsideEpoch = false;
        if (replicas is { IsMain: false })
            replicas.ShareLogs(logs);
        Call(_others, callback => callback.OnEpochEnd(Context, epoch, logs));
        if (replicas is { IsMain: true })
            replicas.ShareLogs(logs);
        replicas?.ShareDecisions(Context, backup: null);
        Call(_backups, callback => callback.OnEpochEnd(Context, epoch, logs));
    }

    public void TrainBatchBegin(int batch)
    {
        Context.Step = batch;
        Each(callback => callback.OnTrainBatchBegin(Context, batch));
        if (replicas is { ActOnBatches: true })
            replicas.ShareDecisions(Context, backup: null);
    }

    public void TrainBatchEnd(int batch, Logs logs)
    {
        Call(_others, callback => callback.OnTrainBatchEnd(Context, batch, logs));
        if (replicas is { SharesBatches: true })
            replicas.ShareDecisions(Context, _backups.FirstOrDefault());
        Call(_backups, callback => callback.OnTrainBatchEnd(Context, batch, logs));
    }

    public void TestBegin()
    {
        Each(callback => callback.OnTestBegin(Context));
        replicas?.ShareChanges(Context);
    }

    public void TestEnd(Logs logs)
    {
        Each(callback => callback.OnTestEnd(Context, logs));
        replicas?.ShareChanges(Context);
    }

    public void TestBatchBegin(int batch) => Each(callback => callback.OnTestBatchBegin(Context, batch));

    public void TestBatchEnd(int batch, Logs logs) => Each(callback => callback.OnTestBatchEnd(Context, batch, logs));

    public void PredictBegin()
    {
        Each(callback => callback.OnPredictBegin(Context));
        replicas?.ShareChanges(Context);
    }

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
        Call(_others, hook);
        Call(_backups, hook);
    }

    private void Call(Callback[] called, Action<Callback> hook)
    {
        IsCalling = true;
        try
        {
            foreach (Callback callback in called)
                hook(callback);
        }
        finally
        {
            IsCalling = false;
        }
    }
}
