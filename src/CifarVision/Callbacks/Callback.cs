using System.Collections.ObjectModel;
using System.Text.Json.Nodes;

namespace CifarVision.Callbacks;

/// <summary>
/// The base class of callbacks, which observe and control training, evaluation and prediction. Override the hooks you need. Epochs and batches count from 0, and a
/// validation inside Fit calls the test hooks, as in Keras.
/// </summary>
public abstract class Callback
{
    /// <summary>Whether the hooks of batches may decide something that other processes must know at once, such as to stop.</summary>
    internal virtual bool ActsOnBatches => true;

    /// <summary>Whether hooks may change weights, or which layers are trainable.</summary>
    internal virtual bool ChangesModel => true;

    /// <summary>Called before the first epoch.</summary>
    /// <param name="context">The run.</param>
    public virtual void OnTrainBegin(TrainingContext context)
    {
    }

    /// <summary>Called after the last epoch, even if the run was stopped.</summary>
    /// <param name="context">The run.</param>
    /// <param name="logs">The logs of the last epoch.</param>
    public virtual void OnTrainEnd(TrainingContext context, Logs logs)
    {
    }

    /// <summary>Called before the first batch of an epoch.</summary>
    /// <param name="context">The run.</param>
    /// <param name="epoch">From 0.</param>
    public virtual void OnEpochBegin(TrainingContext context, int epoch)
    {
    }

    /// <summary>Called at the end of an epoch, after its validation.</summary>
    /// <param name="context">The run.</param>
    /// <param name="epoch">From 0.</param>
    /// <param name="logs">The logs of the epoch, including the val_ keys. Values that are added go into the history.</param>
    public virtual void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
    {
    }

    /// <summary>Called before a training step.</summary>
    /// <param name="context">The run.</param>
    /// <param name="batch">From 0 in each epoch.</param>
    public virtual void OnTrainBatchBegin(TrainingContext context, int batch)
    {
    }

    /// <summary>Called after a training step.</summary>
    /// <param name="context">The run.</param>
    /// <param name="batch">From 0 in each epoch.</param>
    /// <param name="logs">Running means since the epoch began; reading one waits for the device.</param>
    public virtual void OnTrainBatchEnd(TrainingContext context, int batch, Logs logs)
    {
    }

    /// <summary>Called before an evaluation or a validation.</summary>
    /// <param name="context">The run.</param>
    public virtual void OnTestBegin(TrainingContext context)
    {
    }

    /// <summary>Called after an evaluation or a validation.</summary>
    /// <param name="context">The run.</param>
    /// <param name="logs">Its logs, without the prefix val_.</param>
    public virtual void OnTestEnd(TrainingContext context, Logs logs)
    {
    }

    /// <summary>Called before a batch of an evaluation.</summary>
    /// <param name="context">The run.</param>
    /// <param name="batch">From 0.</param>
    public virtual void OnTestBatchBegin(TrainingContext context, int batch)
    {
    }

    /// <summary>Called after a batch of an evaluation.</summary>
    /// <param name="context">The run.</param>
    /// <param name="batch">From 0.</param>
    /// <param name="logs">Running means.</param>
    public virtual void OnTestBatchEnd(TrainingContext context, int batch, Logs logs)
    {
    }

    /// <summary>Called before a prediction.</summary>
    /// <param name="context">The run.</param>
    public virtual void OnPredictBegin(TrainingContext context)
    {
    }

    /// <summary>Called after a prediction.</summary>
    /// <param name="context">The run.</param>
    public virtual void OnPredictEnd(TrainingContext context)
    {
    }

    /// <summary>Called before a batch of a prediction.</summary>
    /// <param name="context">The run.</param>
    /// <param name="batch">From 0.</param>
    public virtual void OnPredictBatchBegin(TrainingContext context, int batch)
    {
    }

    /// <summary>Called after a batch of a prediction.</summary>
    /// <param name="context">The run.</param>
    /// <param name="batch">From 0.</param>
    public virtual void OnPredictBatchEnd(TrainingContext context, int batch)
    {
    }

    /// <summary>Returns the state that a resumed run needs, as JSON; null if there is none.</summary>
    public virtual JsonObject? GetState() => null;

    /// <summary>
    /// Restores the result of <see cref="GetState"/>. Called after <see cref="OnTrainBegin"/> of the resumed run. If the run resumes inside an epoch, it is called
    /// again after <see cref="OnEpochBegin"/>.
    /// </summary>
    /// <param name="state">The saved state.</param>
    public virtual void SetState(JsonObject state)
    {
    }

    /// <summary>Returns the part of the state that is too large for JSON, such as weights, under names that the callback chooses; empty if there is none.</summary>
    public virtual IReadOnlyDictionary<string, NDArray> GetStateArrays() => ReadOnlyDictionary<string, NDArray>.Empty;

    /// <summary>Restores the result of <see cref="GetStateArrays"/>. Called after <see cref="SetState"/>.</summary>
    /// <param name="arrays">The saved arrays.</param>
    public virtual void SetStateArrays(IReadOnlyDictionary<string, NDArray> arrays)
    {
    }
}
