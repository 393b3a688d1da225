using System.Text.Json.Nodes;
using CifarVision.Optimizers;

namespace CifarVision.Callbacks;

/// <summary>Stops training when a figure no longer gets better, and can bring the best weights back (Keras: EarlyStopping).</summary>
/// <remarks>
/// An epoch is better if its figure beats the best one by more than minDelta; a figure that is not a finite number never does. In an epoch
/// without validation (validationFreq) a val_ figure is not judged and the epoch does not count. Training never stops after epoch 0. Each Fit
/// starts anew.
/// </remarks>
public sealed class EarlyStopping : Callback
{
    private readonly MonitoredFigure _figure;
    private readonly TextWriter? _output;
    private int _wait;
    private IReadOnlyList<NDArray>? _bestWeights;

    /// <summary>Says what to watch and how patiently.</summary>
    /// <param name="monitor">The figure, as it stands in the history. Default <c>val_loss</c>.</param>
    /// <param name="minDelta">The least change that counts as better, 0 or more. Default 0.</param>
    /// <param name="patience">After how many epochs without a better one to stop, 0 or more. Default 0.</param>
    /// <param name="verbose">1 says when training stops and weights come back. Default 0.</param>
    /// <param name="mode">Which way is better. Default: loss down, a metric as it says.</param>
    /// <param name="baseline">A value to beat: epochs that do not beat it use up patience even if they are better than those before. Default none.</param>
    /// <param name="restoreBestWeights">Whether the model ends with the weights of its best epoch, also when training was not stopped. Default false.</param>
    /// <param name="startFromEpoch">The first epoch to look at, from 0. Default 0.</param>
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
        _figure = new MonitoredFigure(this, monitor, mode, minDelta);
        Patience = (int)Require.AtLeast(0, patience, this);
        Verbose = (int)Require.AtLeast(0, verbose, this);
        Baseline = baseline;
        RestoreBestWeights = restoreBestWeights;
        StartFromEpoch = (int)Require.AtLeast(0, startFromEpoch, this);
        _output = output;
    }

    /// <summary>The figure that is watched.</summary>
    public string Monitor => _figure.Key;

    /// <summary>After how many epochs without a better one training stops.</summary>
    public int Patience { get; }

    /// <summary>0 silent, 1 prints.</summary>
    public int Verbose { get; }

    /// <summary>The value to beat, or null.</summary>
    public double? Baseline { get; }

    /// <summary>Whether the best weights come back at the end.</summary>
    public bool RestoreBestWeights { get; }

    /// <summary>The first epoch that is looked at, from 0.</summary>
    public int StartFromEpoch { get; }

    /// <summary>The best value of the last Fit; null before there was one.</summary>
    public double? Best => _figure.Best;

    /// <summary>Its epoch, from 0.</summary>
    public int? BestEpoch { get; private set; }

    /// <summary>The epoch, from 0, after which the last Fit was stopped; null if it was not.</summary>
    public int? StoppedEpoch { get; private set; }

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingContext context)
    {
        _figure.SetDirection(context);
        _figure.Best = null;
        _wait = 0;
        _bestWeights = null;
        BestEpoch = null;
        StoppedEpoch = null;
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
    {
        if (_figure.Read(context, logs) is not { } value || epoch < StartFromEpoch)
            return;

        bool better = _figure.Improves(value);
        // As in Keras the first epoch's weights are kept even if its figure is no number, so that there is something to bring back.
        if (better || (RestoreBestWeights && _bestWeights is null))
        {
            BestEpoch = epoch;
            if (RestoreBestWeights)
                _bestWeights = context.Model.GetWeights();
        }

        _wait++;
        if (better)
        {
            if (Baseline is null || _figure.IsBetter(value, Baseline))
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
        _figure.Best = (double?)state["best"];
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
