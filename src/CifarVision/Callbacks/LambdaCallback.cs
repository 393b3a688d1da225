namespace CifarVision.Callbacks;

/// <summary>A callback that calls functions, given as named arguments (Keras: LambdaCallback).</summary>
/// <param name="onTrainBegin">Called before the first epoch.</param>
/// <param name="onTrainEnd">Called after the last epoch, with its logs.</param>
/// <param name="onEpochBegin">Called before an epoch, with its index from 0.</param>
/// <param name="onEpochEnd">Called at the end of an epoch, after its validation, with its logs.</param>
/// <param name="onTrainBatchBegin">Called before a training step, with its index in the epoch, from 0.</param>
/// <param name="onTrainBatchEnd">Called after a training step, with running means.</param>
/// <param name="onTestBegin">Called before an evaluation or a validation.</param>
/// <param name="onTestEnd">Called after an evaluation or a validation, with its logs.</param>
/// <param name="onTestBatchBegin">Called before a batch of an evaluation or a validation.</param>
/// <param name="onTestBatchEnd">Called after a batch of an evaluation or a validation, with running means.</param>
/// <param name="onPredictBegin">Called before a prediction.</param>
/// <param name="onPredictEnd">Called after a prediction.</param>
/// <param name="onPredictBatchBegin">Called before a batch of a prediction.</param>
/// <param name="onPredictBatchEnd">Called after a batch of a prediction.</param>
public sealed class LambdaCallback(
    Action<TrainingContext>? onTrainBegin = null,
    Action<TrainingContext, Logs>? onTrainEnd = null,
    Action<TrainingContext, int>? onEpochBegin = null,
    Action<TrainingContext, int, Logs>? onEpochEnd = null,
    Action<TrainingContext, int>? onTrainBatchBegin = null,
    Action<TrainingContext, int, Logs>? onTrainBatchEnd = null,
    Action<TrainingContext>? onTestBegin = null,
    Action<TrainingContext, Logs>? onTestEnd = null,
    Action<TrainingContext, int>? onTestBatchBegin = null,
    Action<TrainingContext, int, Logs>? onTestBatchEnd = null,
    Action<TrainingContext>? onPredictBegin = null,
    Action<TrainingContext>? onPredictEnd = null,
    Action<TrainingContext, int>? onPredictBatchBegin = null,
    Action<TrainingContext, int>? onPredictBatchEnd = null) : Callback
{
    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingContext context) => onTrainBegin?.Invoke(context);

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingContext context, Logs logs) => onTrainEnd?.Invoke(context, logs);

    /// <inheritdoc/>
    public override void OnEpochBegin(TrainingContext context, int epoch) => onEpochBegin?.Invoke(context, epoch);

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs) => onEpochEnd?.Invoke(context, epoch, logs);

    /// <inheritdoc/>
    public override void OnTrainBatchBegin(TrainingContext context, int batch) => onTrainBatchBegin?.Invoke(context, batch);

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(TrainingContext context, int batch, Logs logs) => onTrainBatchEnd?.Invoke(context, batch, logs);

    /// <inheritdoc/>
    public override void OnTestBegin(TrainingContext context) => onTestBegin?.Invoke(context);

    /// <inheritdoc/>
    public override void OnTestEnd(TrainingContext context, Logs logs) => onTestEnd?.Invoke(context, logs);

    /// <inheritdoc/>
    public override void OnTestBatchBegin(TrainingContext context, int batch) => onTestBatchBegin?.Invoke(context, batch);

    /// <inheritdoc/>
    public override void OnTestBatchEnd(TrainingContext context, int batch, Logs logs) => onTestBatchEnd?.Invoke(context, batch, logs);

    /// <inheritdoc/>
    public override void OnPredictBegin(TrainingContext context) => onPredictBegin?.Invoke(context);

    /// <inheritdoc/>
    public override void OnPredictEnd(TrainingContext context) => onPredictEnd?.Invoke(context);

    /// <inheritdoc/>
    public override void OnPredictBatchBegin(TrainingContext context, int batch) => onPredictBatchBegin?.Invoke(context, batch);

    /// <inheritdoc/>
    public override void OnPredictBatchEnd(TrainingContext context, int batch) => onPredictBatchEnd?.Invoke(context, batch);
}
