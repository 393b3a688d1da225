using System.Text.Json;
using CifarVision.Callbacks;
using CifarVision.Layers;

namespace CifarVision.Training;

/// <summary>
/// Keeps the replicas of a run equal. Callbacks run on rank 0 alone; what they decide (to stop, a learning rate) and what they change (weights, what is
/// trainable, logs) is shared with the other processes.
/// </summary>
internal sealed class Replicas
{
    private readonly Distribution _distribution;
    private readonly Layer _model;
    private readonly bool _changeWeights;

    /// <summary>Tells the processes what the callbacks of rank 0 may do. Every process must call it.</summary>
    /// <param name="distribution">The processes; more than one.</param>
    /// <param name="model">The model.</param>
    /// <param name="context">The run of this process.</param>
    public Replicas(Distribution distribution, Layer model, TrainingContext context)
    {
        (_distribution, _model) = (distribution, model);
        Span<double> flags =
        [
            context.Callbacks.Any(callback => callback.ActsOnBatches) ? 1 : 0,
            context.Cancellation.CanBeCanceled ? 1 : 0,
            context.Callbacks.Any(callback => callback.ChangesModel) ? 1 : 0,
        ];
        distribution.Sum(flags);
        ActOnBatches = flags[0] > 0;
        SharesBatches = flags[0] + flags[1] > 0;
        _changeWeights = flags[2] > 0;
        context.SharedCancellation = false;
    }

    /// <summary>Whether this process runs the callbacks.</summary>
    public bool IsMain => _distribution.Rank == 0;

    /// <summary>Whether a callback acts on batches.</summary>
    public bool ActOnBatches { get; }

    /// <summary>Whether decisions are shared at every batch: only where a callback acts on batches, or the run can be cancelled.</summary>
    public bool SharesBatches { get; }

    /// <summary>Whether a callback has requested a stop, as of the last hook.</summary>
    public bool StopRequested { get; private set; }

    /// <summary>The state of this process that a backup inside an epoch must hold.</summary>
    public Func<string> OwnState { get; set; } = () => "";

    /// <summary>The states of all processes, by rank, gathered for the backup that is due.</summary>
    public IReadOnlyList<string> States { get; private set; } = [];

    /// <summary>Copies the weights of rank 0 to the others.</summary>
    public static void ShareWeights(Distribution distribution, Layer model)
    {
        if (distribution.Size > 1)
            distribution.Broadcast([.. model.Weights.Select(weight => weight.Value)]);
    }

    /// <summary>Shares what a hook that runs once an epoch may have changed: decisions, weights, and which layers are trainable.</summary>
    public void ShareChanges(TrainingContext context)
    {
        ShareDecisions(context, backup: null);
        if (!_changeWeights)
            return;
        Layer[] layers = [.. LayerTree.Walk(_model).Select(place => place.Layer)];
        Span<double> trainable = new double[layers.Length];
        if (IsMain)
        {
            for (int i = 0; i < layers.Length; i++)
                trainable[i] = layers[i].Trainable ? 1 : 0;
        }

        _distribution.Sum(trainable);
        for (int i = 0; i < layers.Length; i++)
        {
            if (layers[i].Trainable != trainable[i] > 0)
                layers[i].Trainable = trainable[i] > 0;
        }

        ShareWeights(_distribution, _model);
    }

    /// <summary>Shares what the callbacks of rank 0 have decided, and gathers the states of all processes where a backup is due.</summary>
    /// <param name="context">The run of this process.</param>
    /// <param name="backup">What keeps backups inside epochs, or null.</param>
    public void ShareDecisions(TrainingContext context, BackupAndRestore? backup)
    {
        bool isSettable = IsMain && context.Optimizer is { Schedule: null };
        Span<double> shared =
        [
            IsMain && context.StopRequested ? 1 : 0,
            context.Cancellation.IsCancellationRequested ? 1 : 0,
            isSettable ? context.Optimizer!.LearningRate : 0,
            backup is null ? 0 : 1,
            backup is { IsDueAfterBatch: true } ? 1 : 0,
        ];
        _distribution.Sum(shared);
        StopRequested = shared[0] > 0;
        context.SharedCancellation = shared[1] > 0;
        if (!IsMain && context.Optimizer is { Schedule: null } optimizer && optimizer.LearningRate != shared[2])
            optimizer.LearningRate = shared[2];
        bool isBackupDue = shared[3] > 0 && !StopRequested && (shared[4] > 0 || shared[1] > 0);
        States = isBackupDue ? _distribution.Gather(OwnState()) : [];
    }

    /// <summary>Replaces the logs of an epoch by those of rank 0, to which callbacks may have added.</summary>
    public void ShareLogs(Logs logs)
    {
        string keys = _distribution.Gather(IsMain ? JsonSerializer.Serialize(logs.Keys) : "")[0];
        string[] names = JsonSerializer.Deserialize<string[]>(keys)!;
        Span<double> values = new double[names.Length];
        if (IsMain)
        {
            for (int i = 0; i < names.Length; i++)
                values[i] = logs[names[i]];
        }

        _distribution.Sum(values);
        for (int i = 0; i < names.Length && !IsMain; i++)
            logs[names[i]] = values[i];
    }
}
