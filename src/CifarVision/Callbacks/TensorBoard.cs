using System.Text.Json.Nodes;
using CifarVision.Runtime;
using Tensorboard;

namespace CifarVision.Callbacks;

/// <summary>
/// Writes the logs of each epoch for TensorBoard (Keras: TensorBoard): those of training to the folder <c>train</c>, those of validation to <c>validation</c>,
/// both under the same names, such as <c>epoch_loss</c>, so that one chart shows both. The graph of the layers, histograms and images of the weights are in <c>train</c>.
/// View them with <c>tensorboard --logdir logs</c>.
/// </summary>
/// <remarks>
/// <c>epoch_learning_rate</c> is always among them. Each Fit creates its own files, which TensorBoard joins; a resumed run continues its files. Callbacks that add values must
/// come before this one. Of Keras' outputs, embeddings and the profile are not written.
/// </remarks>
public sealed class TensorBoard : Callback
{
    private readonly TimeProvider _clock;
    private EventFile? _train;
    private EventFile? _validation;

    /// <summary>Creates the callback.</summary>
    /// <param name="logDir">The folder of the run, created if needed. Default <c>logs</c>.</param>
    /// <param name="histogramFreq">The number of epochs after which histograms of the weights are written, from the first epoch on, at least 0. Default 0, never.</param>
    /// <param name="writeGraph">Whether the layers and their connections are written, with the first epoch. Default true.</param>
    /// <param name="writeImages">
    /// Whether the weights are also written as images, with the histograms: vectors and matrices as one gray image each, kernels of convolutions over 1 or 3 channels as
    /// those of the first three filters. Black is the smallest value and white the largest, where Keras cuts off what is not from 0 to 1. Default false.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The number of epochs is negative.</exception>
    public TensorBoard(string logDir = "logs", int histogramFreq = 0, bool writeGraph = true, bool writeImages = false)
        : this(TimeProvider.System, logDir, histogramFreq, writeGraph, writeImages)
    {
    }

    internal TensorBoard(TimeProvider clock, string logDir, int histogramFreq = 0, bool writeGraph = true, bool writeImages = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(logDir);
        if (histogramFreq < 0)
            throw new ArgumentOutOfRangeException(nameof(histogramFreq), FormattableString.Invariant($"TensorBoard: histogramFreq must be at least 0, but was {histogramFreq}. 0 writes no histograms."));
        (_clock, LogDir, HistogramFreq, WriteGraph, WriteImages) = (clock, logDir, histogramFreq, writeGraph, writeImages);
    }

    /// <summary>The folder of the run.</summary>
    public string LogDir { get; }

    /// <summary>The number of epochs after which histograms of the weights are written; 0 for never.</summary>
    public int HistogramFreq { get; }

    /// <summary>Whether the layers and their connections are written.</summary>
    public bool WriteGraph { get; }

    /// <summary>Whether the weights are written as images, with the histograms.</summary>
    public bool WriteImages { get; }

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
        // The file of a resumed run has it already.
        if (WriteGraph && _train is null && GraphEvent.Of(context.Model) is { } graph)
            Train.Add(graph);
        foreach ((string key, double value) in logs)
        {
            if (key.StartsWith("val_", StringComparison.Ordinal))
                Validation.AddScalar($"epoch_{key[4..]}", value, epoch);
            else
                Train.AddScalar($"epoch_{key}", value, epoch);
        }

        if (!logs.TryGetValue("learning_rate", out _))
            Train.AddScalar("epoch_learning_rate", context.Optimizer!.LearningRate, epoch);
        if (HistogramFreq > 0 && epoch % HistogramFreq == 0)
            AddWeights(context.Model.Weights, epoch);
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

    private void AddWeights(IReadOnlyList<Weight> weights, int epoch)
    {
        foreach (Weight weight in weights)
        {
            var values = new WeightValues(weight);
            if (values.Histogram() is not { } histogram)
                continue;
            Train.Add(epoch, new Summary.Types.Value { Tag = $"{weight.Path}/histogram", Histo = histogram });
            if (!WriteImages)
                continue;
            Summary.Types.Image[] images = values.Images();
            for (int i = 0; i < images.Length; i++)
                Train.Add(epoch, new Summary.Types.Value { Tag = images.Length == 1 ? $"{weight.Path}/image" : FormattableString.Invariant($"{weight.Path}/image/{i}"), Image = images[i] });
        }
    }

    private string TrainFolder => Path.Combine(LogDir, "train");

    private string ValidationFolder => Path.Combine(LogDir, "validation");

    private EventFile Train => _train ??= new EventFile(TrainFolder, _clock);

    private EventFile Validation => _validation ??= new EventFile(ValidationFolder, _clock);
}
