using System.Text.Json.Nodes;

namespace CifarVision.Callbacks;

/// <summary>
/// Writes the logs of each epoch for TensorBoard (Keras: TensorBoard): those of training to the folder <c>train</c>, those of validation to <c>validation</c>,
/// both under the same names, such as <c>epoch_loss</c>, so that one chart shows both. View them with <c>tensorboard --logdir logs</c>.
/// </summary>
/// <remarks>
/// <c>epoch_learning_rate</c> is always among them. Each Fit creates its own files, which TensorBoard joins; a resumed run continues its files. Callbacks that add values must
/// come before this one. Keras' other outputs (graph, histograms, profile) are not written.
/// </remarks>
public sealed class TensorBoard : Callback
{
    private readonly TimeProvider _clock;
    private EventFile? _train;
    private EventFile? _validation;

    /// <summary>Creates the callback.</summary>
    /// <param name="logDir">The folder of the run, created if needed. Default <c>logs</c>.</param>
    public TensorBoard(string logDir = "logs")
        : this(logDir, TimeProvider.System)
    {
    }

    internal TensorBoard(string logDir, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(logDir);
        LogDir = logDir;
        _clock = clock;
    }

    /// <summary>The folder of the run.</summary>
    public string LogDir { get; }

    internal override bool ActsOnBatches => false;

    internal override bool ChangesModel => false;

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingContext context)
    {
        _train = null;
        _validation = null;
        // Fails before the first epoch if the folder cannot be written. Files are created later, since a resumed run continues its own.
        Directory.CreateDirectory(LogDir);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
    {
        foreach ((string key, double value) in logs)
        {
            if (key.StartsWith("val_", StringComparison.Ordinal))
                Validation.AddScalar($"epoch_{key[4..]}", value, epoch);
            else
                Train.AddScalar($"epoch_{key}", value, epoch);
        }

        if (!logs.TryGetValue("learning_rate", out _))
            Train.AddScalar("epoch_learning_rate", context.Optimizer!.LearningRate, epoch);
    }

    /// <inheritdoc/>
    public override JsonObject GetState() => new() { ["train"] = _train?.GetState(), ["validation"] = _validation?.GetState() };

    /// <inheritdoc/>
    /// <remarks>Continues the files and removes what was written after the state was saved, since those epochs run again.</remarks>
    public override void SetState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _train = state["train"] is JsonObject train ? EventFile.Reopen(TrainFolder, train, _clock) : null;
        _validation = state["validation"] is JsonObject validation ? EventFile.Reopen(ValidationFolder, validation, _clock) : null;
    }

    private string TrainFolder => Path.Combine(LogDir, "train");

    private string ValidationFolder => Path.Combine(LogDir, "validation");

    private EventFile Train => _train ??= new EventFile(TrainFolder, _clock);

    private EventFile Validation => _validation ??= new EventFile(ValidationFolder, _clock);
}
