using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Callbacks;

/// <summary>Sets the learning rate before each epoch (Keras: LearningRateScheduler).</summary>
/// <remarks>Adds <c>learning_rate</c>, the rate of the epoch, to logs and history.</remarks>
public sealed class LearningRateScheduler : Callback
{
    private readonly Func<int, double, double> _schedule;
    private readonly TextWriter? _output;

    /// <summary>Creates the callback.</summary>
    /// <param name="schedule">Returns the rate for an epoch, 0 or more. It takes the epoch, from 0, and the current rate.</param>
    /// <param name="verbose">1 reports each rate. Default 0.</param>
    /// <param name="output">Where verbose prints; null, the default, for the console.</param>
    public LearningRateScheduler(Func<int, double, double> schedule, int verbose = 0, TextWriter? output = null)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        _schedule = schedule;
        Verbose = Require.AtLeast(0, verbose, this);
        _output = output;
    }

    /// <summary>0 silent, 1 prints.</summary>
    public int Verbose { get; }

    internal override bool ActsOnBatches => false;

    internal override bool ChangesModel => false;

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingContext context) => SettableRate.Of(context, this);

    /// <inheritdoc/>
    public override void OnEpochBegin(TrainingContext context, int epoch)
    {
        // A run resumed inside an epoch already has the rate of that epoch.
        if (context.Step > 0)
            return;
        Optimizer optimizer = SettableRate.Of(context, this);
        optimizer.LearningRate = _schedule(epoch, optimizer.LearningRate);
        if (Verbose > 0)
        {
            context.WriteLine(
                FormattableString.Invariant($"Epoch {epoch + 1}: LearningRateScheduler setting learning rate to {PythonFormat.Shortest(optimizer.LearningRate)}."),
                _output);
        }
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs) => SettableRate.Log(context.Optimizer!, logs);
}
