using System.Collections.ObjectModel;
using System.Text.Json.Nodes;

namespace CifarVision.Callbacks;

/// <summary>
/// Looks on and steps in while a model trains, is evaluated or predicts. Override the hooks you need. Epochs and batches count from 0, and a
/// validation inside Fit calls the test hooks, as in Keras.
/// </summary>
public abstract class Callback
{
    /// <summary>Before the first epoch.</summary>
    /// <param name="context">The run.</param>
    public virtual void OnTrainBegin(TrainingContext context)
    {
    }

    /// <summary>After the last epoch, also when the run was stopped.</summary>
    /// <param name="context">The run.</param>
    /// <param name="logs">The figures of the last epoch.</param>
    public virtual void OnTrainEnd(TrainingContext context, Logs logs)
    {
    }

    /// <summary>Before the first batch of an epoch.</summary>
    /// <param name="context">The run.</param>
    /// <param name="epoch">From 0.</param>
    public virtual void OnEpochBegin(TrainingContext context, int epoch)
    {
    }

    /// <summary>After the epoch's validation.</summary>
    /// <param name="context">The run.</param>
    /// <param name="epoch">From 0.</param>
    /// <param name="logs">The epoch's figures, val_ ones among them. What is added goes into the history.</param>
    public virtual void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
    {
    }

    /// <summary>Before a training step.</summary>
    /// <param name="context">The run.</param>
    /// <param name="batch">From 0 in each epoch.</param>
    public virtual void OnTrainBatchBegin(TrainingContext context, int batch)
    {
    }

    /// <summary>After a training step.</summary>
    /// <param name="context">The run.</param>
    /// <param name="batch">From 0 in each epoch.</param>
    /// <param name="logs">Running means since the epoch began; reading one waits for the device.</param>
    public virtual void OnTrainBatchEnd(TrainingContext context, int batch, Logs logs)
    {
    }

    /// <summary>Before an evaluation or a validation.</summary>
    /// <param name="context">The run.</param>
    public virtual void OnTestBegin(TrainingContext context)
    {
    }

    /// <summary>After an evaluation or a validation.</summary>
    /// <param name="context">The run.</param>
    /// <param name="logs">Its figures, without val_.</param>
    public virtual void OnTestEnd(TrainingContext context, Logs logs)
    {
    }

    /// <summary>Before a batch of an evaluation.</summary>
    /// <param name="context">The run.</param>
    /// <param name="batch">From 0.</param>
    public virtual void OnTestBatchBegin(TrainingContext context, int batch)
    {
    }

    /// <summary>After a batch of an evaluation.</summary>
    /// <param name="context">The run.</param>
    /// <param name="batch">From 0.</param>
    /// <param name="logs">Running means.</param>
    public virtual void OnTestBatchEnd(TrainingContext context, int batch, Logs logs)
    {
    }

    /// <summary>Before a prediction.</summary>
    /// <param name="context">The run.</param>
    public virtual void OnPredictBegin(TrainingContext context)
    {
    }

    /// <summary>After a prediction.</summary>
    /// <param name="context">The run.</param>
    public virtual void OnPredictEnd(TrainingContext context)
    {
    }

    /// <summary>Before a batch of a prediction.</summary>
    /// <param name="context">The run.</param>
    /// <param name="batch">From 0.</param>
    public virtual void OnPredictBatchBegin(TrainingContext context, int batch)
    {
    }

    /// <summary>After a batch of a prediction.</summary>
    /// <param name="context">The run.</param>
    /// <param name="batch">From 0.</param>
    public virtual void OnPredictBatchEnd(TrainingContext context, int batch)
    {
    }

    /// <summary>What the callback must remember when a run is resumed, as JSON; null if nothing.</summary>
    public virtual JsonObject? GetState() => null;

    /// <summary>
    /// Takes up what <see cref="GetState"/> gave. Called after <see cref="OnTrainBegin"/> of the resumed run, and where that goes on inside an epoch
    /// again after <see cref="OnEpochBegin"/>.
    /// </summary>
    /// <param name="state">The saved state.</param>
    public virtual void SetState(JsonObject state)
    {
    }

    /// <summary>What of it is too large for JSON, such as weights, under names of the callback's own; empty if nothing.</summary>
    public virtual IReadOnlyDictionary<string, NDArray> GetStateArrays() => ReadOnlyDictionary<string, NDArray>.Empty;

    /// <summary>Takes up what <see cref="GetStateArrays"/> gave. Called after <see cref="SetState"/>.</summary>
    /// <param name="arrays">The saved arrays.</param>
    public virtual void SetStateArrays(IReadOnlyDictionary<string, NDArray> arrays)
    {
    }
}
