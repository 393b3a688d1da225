using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Runtime;

namespace CifarVision.Callbacks;

/// <summary>Saves the model or its weights during training (Keras: ModelCheckpoint).</summary>
/// <remarks>
/// The path may hold fields in Python's format: <c>{epoch:02d}</c> is the epoch from 1, <c>{batch:04d}</c> the batch from 1 when saving by
/// batches, <c>{val_loss:.2f}</c> a logged value. Folders are created as needed. The best value is kept from one Fit to the next, so that a later Fit
/// does not replace a better model.
/// </remarks>
public sealed class ModelCheckpoint : Callback
{
    private readonly MonitoredValue _monitored;
    private readonly PathTemplate _path;
    private readonly TextWriter? _output;
    private int _batchesSinceSave;

    /// <summary>Creates the callback.</summary>
    /// <param name="filepath">The file, which may contain fields: <c>.keras</c> or <c>.h5</c> for models, <c>.weights.h5</c>, <c>.h5</c>, <c>.npz</c> or <c>.safetensors</c> for weights.</param>
    /// <param name="monitor">The logged value that determines the best model. Default <c>val_loss</c>.</param>
    /// <param name="verbose">1 reports what is saved. Default 0.</param>
    /// <param name="saveBestOnly">Whether to save only when the value is better than the best so far. Default false.</param>
    /// <param name="saveWeightsOnly">Whether to save weights instead of the model. Default false.</param>
    /// <param name="mode">The direction of improvement. By default the loss decreases, and a metric states its direction.</param>
    /// <param name="saveFreq">Every epoch, the default, or after a number of batches, where logs are running means without val_.</param>
    /// <param name="initialValueThreshold">A value to beat before the first save; only with saveBestOnly. Default none.</param>
    /// <param name="output">Where verbose prints; null, the default, for the console.</param>
    /// <exception cref="ArgumentException">The path has another extension or an invalid field, or there is a threshold without saveBestOnly.</exception>
    public ModelCheckpoint(
        string filepath,
        string monitor = "val_loss",
        int verbose = 0,
        bool saveBestOnly = false,
        bool saveWeightsOnly = false,
        MonitorMode mode = MonitorMode.Auto,
        SaveFrequency saveFreq = default,
        double? initialValueThreshold = null,
        TextWriter? output = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(filepath);
        RequireExtension(filepath, saveWeightsOnly);
        if (initialValueThreshold is not null && !saveBestOnly)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"ModelCheckpoint: initialValueThreshold must be null without saveBestOnly, but was {initialValueThreshold}."), nameof(initialValueThreshold));
        }

        _monitored = new MonitoredValue(this, monitor, mode) { Best = initialValueThreshold };
        _path = new PathTemplate(filepath);
        _output = output;
        Filepath = filepath;
        Verbose = Require.AtLeast(0, verbose, this);
        SaveBestOnly = saveBestOnly;
        SaveWeightsOnly = saveWeightsOnly;
        SaveFreq = saveFreq;
    }

    /// <summary>The file, with its fields.</summary>
    public string Filepath { get; }

    /// <summary>The logged value that determines the best model.</summary>
    public string Monitor => _monitored.Key;

    /// <summary>0 silent, 1 prints.</summary>
    public int Verbose { get; }

    /// <summary>Whether only better models are saved.</summary>
    public bool SaveBestOnly { get; }

    /// <summary>Whether weights are saved instead of the model.</summary>
    public bool SaveWeightsOnly { get; }

    /// <summary>The frequency.</summary>
    public SaveFrequency SaveFreq { get; }

    /// <summary>The best value so far, or the threshold; null without either.</summary>
    public double? Best => _monitored.Best;

    internal override bool ActsOnBatches => false;

    internal override bool ChangesModel => false;

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingContext context)
    {
        bool ofBatches = SaveFreq.BatchCount is not null;
        if (SaveBestOnly)
            _monitored.Begin(context, ofBatches);
        if (LogKeys.Of(context, ofBatches) is { } keys)
            _path.RequireKeys(ofBatches ? ["epoch", "batch", .. keys] : ["epoch", .. keys]);
    }

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(TrainingContext context, int batch, Logs logs)
    {
        if (SaveFreq.BatchCount is not { } count || ++_batchesSinceSave < count)
            return;
        _batchesSinceSave = 0;
        Save(context, context.Epoch, batch, logs);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
    {
        if (SaveFreq.BatchCount is null)
            Save(context, epoch, batch: null, logs);
    }

    /// <inheritdoc/>
    public override JsonObject GetState() => new() { ["best"] = Best is { } best && double.IsFinite(best) ? best : null, ["batches_since_save"] = _batchesSinceSave };

    /// <inheritdoc/>
    public override void SetState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        // JSON has no number for an infinite threshold; the constructor sets it.
        _monitored.Best = (double?)state["best"] ?? _monitored.Best;
        _batchesSinceSave = (int)state["batches_since_save"]!;
    }

    private static void RequireExtension(string filepath, bool weightsOnly)
    {
        bool isWeights = FileExtension.Of(filepath, FileExtension.WeightsH5, FileExtension.Npz, FileExtension.Safetensors) is not null;
        bool isModel = !isWeights && FileExtension.Of(filepath, FileExtension.Keras, FileExtension.H5) is not null;
        if (weightsOnly ? isWeights || filepath.EndsWith(FileExtension.H5, StringComparison.OrdinalIgnoreCase) : isModel)
            return;
        string rule = weightsOnly ? "end in .weights.h5, .h5, .npz or .safetensors with saveWeightsOnly" : "end in .keras or .h5 (weights need saveWeightsOnly)";
        throw new ArgumentException($"ModelCheckpoint: filepath must {rule}, but was '{filepath}'.", nameof(filepath));
    }

    private void Save(TrainingContext context, int epoch, int? batch, Logs logs)
    {
        string? reason = Reason(context, epoch, logs);
        if (reason is null)
            return;
        string path = _path.Format(Fields(epoch, batch, logs));
        if (Verbose > 0)
            context.WriteLine(FormattableString.Invariant($"Epoch {epoch + 1}: {reason}saving model to {path}"), _output);
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        if (SaveWeightsOnly)
            context.SaveWeights(path);
        else
            context.SaveModel(path);
    }

    /// <summary>Returns the reason to save, as verbose prints it; null not to save.</summary>
    private string? Reason(TrainingContext context, int epoch, Logs logs)
    {
        if (!SaveBestOnly)
            return "";
        if (_monitored.Read(context, logs) is not { } value)
            return null;
        string before = Best is { } best ? PythonFormat.Fixed(best, 5) : "None";
        if (_monitored.Improves(value))
            return $"{Monitor} improved from {before} to {PythonFormat.Fixed(value, 5)}, ";
        if (Verbose > 0)
            context.WriteLine(FormattableString.Invariant($"Epoch {epoch + 1}: {Monitor} did not improve from {before}"), _output);
        return null;
    }

    private static Dictionary<string, double> Fields(int epoch, int? batch, Logs logs)
    {
        var fields = new Dictionary<string, double> { ["epoch"] = epoch + 1 };
        if (batch is { } index)
            fields["batch"] = index + 1;
        foreach ((string key, double value) in logs)
            fields.TryAdd(key, value);
        return fields;
    }
}
