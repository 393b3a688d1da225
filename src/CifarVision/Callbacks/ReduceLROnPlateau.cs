using System.Text.Json.Nodes;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Callbacks;

/// <summary>Reduces the learning rate when a logged value stops improving (Keras: ReduceLROnPlateau).</summary>
/// <remarks>
/// Adds <c>learning_rate</c>, the rate of the epoch, to logs and history. An epoch without validation (validationFreq) does not count. Each
/// Fit starts again.
/// </remarks>
public sealed class ReduceLROnPlateau : Callback
{
    private readonly MonitoredValue _monitored;
    private readonly TextWriter? _output;
    private int _wait;
    private int _cooldownLeft;

    /// <summary>Creates the callback.</summary>
    /// <param name="monitor">The logged value to watch. Default <c>val_loss</c>.</param>
    /// <param name="factor">The ratio of the new rate to the old, at least 0 and less than 1. Default 0.1.</param>
    /// <param name="patience">The number of epochs without improvement after which the rate is reduced, 0 or more. Default 10.</param>
    /// <param name="verbose">1 reports each reduction. Default 0.</param>
    /// <param name="mode">The direction of improvement. By default the loss decreases, and a metric states its direction.</param>
    /// <param name="minDelta">The smallest change that counts as an improvement, 0 or more. Default 1e-4.</param>
    /// <param name="cooldown">The number of epochs after a reduction that do not count toward patience, 0 or more; the last of them already counts, as in Keras. Default 0.</param>
    /// <param name="minLr">The lowest rate, 0 or more. Default 0.</param>
    /// <param name="output">Where verbose prints; null, the default, for the console.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public ReduceLROnPlateau(
        string monitor = "val_loss",
        double factor = 0.1,
        int patience = 10,
        int verbose = 0,
        MonitorMode mode = MonitorMode.Auto,
        double minDelta = 1e-4,
        int cooldown = 0,
        double minLr = 0,
        TextWriter? output = null)
    {
        _monitored = new MonitoredValue(this, monitor, mode, minDelta);
        Factor = Require.FractionBelowOne(factor, this);
        Patience = Require.AtLeast(0, patience, this);
        Verbose = Require.AtLeast(0, verbose, this);
        Cooldown = Require.AtLeast(0, cooldown, this);
        MinLr = Require.AtLeastZero(minLr, this);
        _output = output;
    }

    /// <summary>The monitored value.</summary>
    public string Monitor => _monitored.Key;

    /// <summary>The ratio of the new rate to the old.</summary>
    public double Factor { get; }

    /// <summary>The number of epochs without improvement after which the rate is reduced.</summary>
    public int Patience { get; }

    /// <summary>0 silent, 1 prints.</summary>
    public int Verbose { get; }

    /// <summary>The number of epochs after a reduction that do not count toward patience.</summary>
    public int Cooldown { get; }

    /// <summary>The lowest rate.</summary>
    public double MinLr { get; }

    internal override bool ActsOnBatches => false;

    internal override bool ChangesModel => false;

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingContext context)
    {
        SettableRate.Of(context, this);
        _monitored.Begin(context);
        _monitored.Best = null;
        _wait = 0;
        _cooldownLeft = 0;
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
    {
        Optimizer optimizer = SettableRate.Of(context, this);
        SettableRate.Log(optimizer, logs);
        if (_monitored.Read(context, logs) is not { } value)
            return;

        if (_cooldownLeft > 0)
            _cooldownLeft--;

        if (_monitored.Improves(value))
            _wait = 0;
        else if (_cooldownLeft == 0 && ++_wait >= Patience && optimizer.LearningRate > MinLr)
            Reduce(context, epoch, optimizer);
    }

    /// <inheritdoc/>
    public override JsonObject GetState() => new() { ["best"] = _monitored.Best, ["wait"] = _wait, ["cooldown_left"] = _cooldownLeft };

    /// <inheritdoc/>
    public override void SetState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _monitored.Best = (double?)state["best"];
        _wait = (int)state["wait"]!;
        _cooldownLeft = (int)state["cooldown_left"]!;
    }

    private void Reduce(TrainingContext context, int epoch, Optimizer optimizer)
    {
        optimizer.LearningRate = Math.Max(optimizer.LearningRate * Factor, MinLr);
        _cooldownLeft = Cooldown;
        _wait = 0;
        if (Verbose > 0)
        {
            context.WriteLine(
                FormattableString.Invariant($"Epoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {PythonFormat.Shortest(optimizer.LearningRate)}."),
                _output);
        }
    }
}
