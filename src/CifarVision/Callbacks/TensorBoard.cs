namespace CifarVision.Callbacks;

/// <summary>
/// Writes the figures of each epoch for TensorBoard (Keras: TensorBoard): those of training into the folder <c>train</c>, those of validation
/// into <c>validation</c>, both under <c>epoch_loss</c> and the like, so that one chart shows both. See them with
/// <c>tensorboard --logdir logs</c>.
/// </summary>
/// <remarks>
/// <c>epoch_learning_rate</c> is always among them. Each Fit begins files of its own, which TensorBoard joins. Callbacks that add figures must
/// stand before this one. Of Keras' other outputs (graph, histograms, profile) there are none.
/// </remarks>
public sealed class TensorBoard : Callback
{
    private readonly TimeProvider _clock;
    private EventFile? _train;
    private EventFile? _validation;

    /// <summary>Says where to write.</summary>
    /// <param name="logDir">The folder of the run, made as needed. Default <c>logs</c>.</param>
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

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingContext context)
    {
        _train = new EventFile(Path.Combine(LogDir, "train"), _clock);
        _validation = null;
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
    {
        foreach ((string key, double value) in logs)
        {
            if (key.StartsWith("val_", StringComparison.Ordinal))
                Validation.AddScalar($"epoch_{key[4..]}", value, epoch);
            else
                _train!.AddScalar($"epoch_{key}", value, epoch);
        }

        if (!logs.TryGetValue("learning_rate", out _))
            _train!.AddScalar("epoch_learning_rate", context.Optimizer!.LearningRate, epoch);
    }

    private EventFile Validation => _validation ??= new EventFile(Path.Combine(LogDir, "validation"), _clock);
}
