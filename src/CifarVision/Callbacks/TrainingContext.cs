using CifarVision.Layers;
using CifarVision.Metrics;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Formats;

namespace CifarVision.Callbacks;

/// <summary>The run as a callback sees it: the model as a layer, the optimizer, the metrics, the current epoch and batch, and a way to stop.</summary>
public sealed class TrainingContext
{
    private readonly Action<string> _saveModel;
    private readonly Action<string> _saveWeights;

    internal TrainingContext(
        Layer model,
        Optimizer? optimizer,
        IReadOnlyList<string> lossKeys,
        IReadOnlyDictionary<string, Metric> metrics,
        IReadOnlyList<Callback> callbacks,
        TrainingParameters parameters,
        RandomStream? shuffling,
        Action<string> saveModel,
        Action<string> saveWeights)
    {
        Model = model;
        Optimizer = optimizer;
        LossKeys = lossKeys;
        MetricsByKey = metrics;
        Callbacks = callbacks;
        Parameters = parameters;
        Shuffling = shuffling;
        _saveModel = saveModel;
        _saveWeights = saveWeights;
    }

    /// <summary>The model. GetWeights and SetWeights copy the weights.</summary>
    public Layer Model { get; }

    /// <summary>The optimizer; null in a prediction before Compile.</summary>
    public Optimizer? Optimizer { get; }

    /// <summary>The metrics given to Compile.</summary>
    public IReadOnlyList<Metric> Metrics => [.. MetricsByKey.Values];

    /// <summary>All callbacks of the run, in the order of their calls.</summary>
    public IReadOnlyList<Callback> Callbacks { get; }

    /// <summary>The arguments of the run: epochs, steps, batch size, verbose.</summary>
    public TrainingParameters Parameters { get; }

    /// <summary>The dtypes given to Compile.</summary>
    public DTypePolicy Precision { get; internal init; }

    /// <summary>The current epoch, from 0.</summary>
    public int Epoch { get; internal set; }

    /// <summary>
    /// The current batch, from 0. In <see cref="Callback.OnEpochBegin"/> the first of the epoch: 0, or a later one where a run is resumed
    /// inside the epoch.
    /// </summary>
    public int Step { get; internal set; }

    /// <summary>Whether a callback has requested a stop. The run checks it after every batch.</summary>
    public bool StopRequested { get; private set; }

    /// <summary>The keys of losses in logs: <c>loss</c>, and one for each output of a model with several losses.</summary>
    internal IReadOnlyList<string> LossKeys { get; }

    /// <summary>The metrics by their keys in logs: their names, after the name of the output in a model with several outputs.</summary>
    internal IReadOnlyDictionary<string, Metric> MetricsByKey { get; }

    /// <summary>The stream that orders the samples of an epoch; null outside Fit.</summary>
    internal RandomStream? Shuffling { get; }

    /// <summary>The point at which the run was resumed, or null.</summary>
    internal (int Epoch, int Step, int Processes)? ResumedFrom { get; set; }

    /// <summary>The number of processes of the run.</summary>
    internal int Processes { get; init; } = 1;

    /// <summary>Why the loss of the current batch is not finite. Set by Fit where a callback wants to know.</summary>
    internal string? NotFiniteCause { get; set; }

    /// <summary>Whether an epoch has begun and not ended.</summary>
    internal bool IsInsideEpoch { get; set; }

    /// <summary>Whether the run ends after this batch.</summary>
    internal bool IsCancelled => SharedCancellation ?? Cancellation.IsCancellationRequested;

    /// <summary>On several processes: whether the token of any of them was cancelled, as of the last hook.</summary>
    internal bool? SharedCancellation { get; set; }

    /// <summary>The token given to Fit.</summary>
    internal CancellationToken Cancellation { get; init; }

    /// <summary>Writes a backup that resumes at the given epoch and step. Set by Fit.</summary>
    internal Action<BackupFolder, int, int> SaveBackup { get; set; } = (_, _, _) => { };

    /// <summary>
    /// Ends the run after this batch (Keras: <c>model.stop_training = True</c>). The epoch is cut short; its validation, the end of the epoch and the end of
    /// training still take place.
    /// </summary>
    public void StopTraining() => StopRequested = true;

    /// <summary>Prints a line, above the progress bar if there is one.</summary>
    /// <param name="text">The line.</param>
    /// <param name="output">The writer; null, the default, for the console.</param>
    public void WriteLine(string text, TextWriter? output = null)
    {
        foreach (ProgbarLogger progress in Callbacks.OfType<ProgbarLogger>())
            progress.Clear();
        (output ?? Console.Out).WriteLine(text);
    }

    /// <summary>Saves the whole model.</summary>
    /// <param name="path">The file; its extension determines the format.</param>
    public void SaveModel(string path) => _saveModel(path);

    /// <summary>Saves the weights.</summary>
    /// <param name="path">The file; its extension determines the format.</param>
    public void SaveWeights(string path) => _saveWeights(path);
}
