using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Callbacks;

/// <summary>Stops training when a logged value stops improving, and can restore the best weights (Keras: EarlyStopping).</summary>
/// <remarks>
/// An epoch is an improvement if its value is better than the best one by more than minDelta; a value that is not finite never is. An epoch
/// without validation (validationFreq) does not count for a val_ value. Training never stops after epoch 0. Each Fit
/// starts again.
/// </remarks>
public sealed class EarlyStopping : Callback
{
    private readonly MonitoredValue _monitored;
    private readonly TextWriter? _output;
    private int _wait;
    private IReadOnlyList<NDArray>? _bestWeights;

    /// <summary>Creates the callback.</summary>
    /// <param name="monitor">The logged value to watch. Default <c>val_loss</c>.</param>
    /// <param name="minDelta">The smallest change that counts as an improvement, 0 or more. Default 0.</param>
    /// <param name="patience">The number of epochs without improvement after which training stops, 0 or more. Default 0.</param>
    /// <param name="verbose">1 reports when training stops and weights are restored. Default 0.</param>
    /// <param name="mode">The direction of improvement. By default the loss decreases, and a metric states its direction.</param>
    /// <param name="baseline">A value to beat: epochs that do not beat it count toward patience even if they improve on earlier ones. Default none.</param>
    /// <param name="restoreBestWeights">Whether to restore the weights of the best epoch at the end, even if training was not stopped. Default false.</param>
    /// <param name="startFromEpoch">The first epoch to monitor, from 0. Default 0.</param>
    /// <param name="output">Where verbose prints; null, the default, for the console.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public EarlyStopping(
        string monitor = "val_loss",
        double minDelta = 0,
        int patience = 0,
        int verbose = 0,
        MonitorMode mode = MonitorMode.Auto,
        double? baseline = null,
        bool restoreBestWeights = false,
        int startFromEpoch = 0,
        TextWriter? output = null)
    {
        _monitored = new MonitoredValue(this, monitor, mode, minDelta);
        Patience = Require.AtLeast(0, patience, this);
        Verbose = Require.AtLeast(0, verbose, this);
        Baseline = baseline;
        RestoreBestWeights = restoreBestWeights;
        StartFromEpoch = Require.AtLeast(0, startFromEpoch, this);
        _output = output;
    }

    /// <summary>The monitored value.</summary>
    public string Monitor => _monitored.Key;

    /// <summary>The number of epochs without improvement after which training stops.</summary>
    public int Patience { get; }

    /// <summary>0 silent, 1 prints.</summary>
    public int Verbose { get; }

    /// <summary>The value to beat, or null.</summary>
    public double? Baseline { get; }

    /// <summary>Whether the best weights are restored at the end.</summary>
    public bool RestoreBestWeights { get; }

    /// <summary>The first monitored epoch, from 0.</summary>
    public int StartFromEpoch { get; }

    /// <summary>The best value of the last Fit; null before the first.</summary>
    public double? Best => _monitored.Best;

    /// <summary>The epoch, from 0.</summary>
    public int? BestEpoch { get; private set; }

    /// <summary>The epoch, from 0, after which the last Fit was stopped; null if it was not.</summary>
    public int? StoppedEpoch { get; private set; }

    internal override bool ActsOnBatches => false;

    internal override bool ChangesModel => RestoreBestWeights;

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingContext context)
    {
        _monitored.Begin(context);
        _monitored.Best = null;
        _wait = 0;
        _bestWeights = null;
        BestEpoch = null;
        StoppedEpoch = null;
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
    {
        if (_monitored.Read(context, logs) is not { } value || epoch < StartFromEpoch)
            return;

        bool better = _monitored.Improves(value);
        // As in Keras, the weights of the first epoch are kept even if its value is NaN, so that there are weights to restore.
        if (better || (RestoreBestWeights && _bestWeights is null))
        {
            BestEpoch = epoch;
            if (RestoreBestWeights)
                _bestWeights = context.Model.GetWeights();
        }

        _wait++;
        if (better)
        {
            if (Baseline is null || _monitored.IsBetter(value, Baseline))
                _wait = 0;
        }
        else if (_wait >= Patience && epoch > 0)
        {
            StoppedEpoch = epoch;
            context.StopTraining();
        }
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingContext context, Logs logs)
    {
        if (Verbose > 0 && StoppedEpoch is { } stopped)
            context.WriteLine(FormattableString.Invariant($"Epoch {stopped + 1}: early stopping"), _output);
        if (_bestWeights is null)
            return;
        if (Verbose > 0)
            context.WriteLine(FormattableString.Invariant($"Restoring model weights from the end of the best epoch: {BestEpoch + 1}."), _output);
        context.Model.SetWeights(_bestWeights);
        _bestWeights = null;
    }

    /// <inheritdoc/>
    public override JsonObject GetState() => new() { ["best"] = Best, ["best_epoch"] = BestEpoch, ["wait"] = _wait, ["stopped_epoch"] = StoppedEpoch };

    /// <inheritdoc/>
    public override void SetState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _monitored.Best = (double?)state["best"];
        BestEpoch = (int?)state["best_epoch"];
        _wait = (int)state["wait"]!;
        StoppedEpoch = (int?)state["stopped_epoch"];
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, NDArray> GetStateArrays() =>
        (_bestWeights ?? []).Index().ToDictionary(pair => FormattableString.Invariant($"weight_{pair.Index}"), pair => pair.Item);

    /// <inheritdoc/>
    public override void SetStateArrays(IReadOnlyDictionary<string, NDArray> arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        if (arrays.Count > 0)
            _bestWeights = [.. Enumerable.Range(0, arrays.Count).Select(i => arrays[FormattableString.Invariant($"weight_{i}")])];
    }
}
