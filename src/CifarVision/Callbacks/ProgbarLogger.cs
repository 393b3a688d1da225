using CifarVision.Runtime;

namespace CifarVision.Callbacks;

/// <summary>
/// Prints how Fit, Evaluate and Predict go on. They append it themselves unless <c>verbose</c> is 0: 1 is a bar, 2 a line an epoch. Where a
/// line cannot be drawn over (a file, a pipe, a build server's log) the bar becomes a line an epoch too, without control characters.
/// </summary>
/// <remarks>
/// The bar is drawn at most ten times a second, since each time the figures are read, which waits for the device. With a bar, a run begins
/// with a line that says device, threads and seed: what is needed to repeat it.
/// </remarks>
public sealed class ProgbarLogger : Callback
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromSeconds(0.1);

    private readonly TextWriter _output;
    private readonly TimeProvider _clock;
    private readonly LiveLine? _line;
    private readonly bool _unicode;
    private StepTimer _timer;
    private long? _lastDrawn;
    private bool _inFit;

    /// <summary>Prints to a writer or to the console.</summary>
    /// <param name="output">Takes plain lines; null, the default, for the console, which is given a bar if it is a terminal.</param>
    public ProgbarLogger(TextWriter? output = null)
        : this(
            output ?? Console.Out,
            interactive: output is null && Terminal.IsInteractive(Console.IsOutputRedirected, Environment.GetEnvironmentVariable),
            () => Terminal.Width,
            TimeProvider.System)
    {
    }

    internal ProgbarLogger(TextWriter output, bool interactive, Func<int> terminalWidth, TimeProvider clock)
    {
        _output = output;
        _clock = clock;
        _line = interactive ? new LiveLine(output, terminalWidth) : null;
        _unicode = output.Encoding.CodePage is 65001 or 1200;
        _timer = new StepTimer(clock);
    }

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingContext context)
    {
        _inFit = true;
        if (context.Parameters.Verbose != 1)
            return;
        string device = context.Model.Weights.Select(weight => weight.Value.device).FirstOrDefault(TorchRuntime.DefaultDevice).ToString();
        _output.WriteLine(FormattableString.Invariant($"Training on {device}, threads: {TorchRuntime.Threads}, seed: {TorchRuntime.Seed}"));
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingContext context, Logs logs)
    {
        _inFit = false;
        // A cancelled run leaves its last epoch unfinished.
        _line?.Leave();
    }

    /// <inheritdoc/>
    public override void OnEpochBegin(TrainingContext context, int epoch)
    {
        Begin();
        if (context.Parameters is { Verbose: > 0, Epochs: > 1 })
            _output.WriteLine(FormattableString.Invariant($"Epoch {epoch + 1}/{context.Parameters.Epochs}"));
    }

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(TrainingContext context, int batch, Logs logs) => Step(context, batch, logs);

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs) => Finish(context, logs);

    /// <inheritdoc/>
    public override void OnTestBegin(TrainingContext context)
    {
        if (!_inFit)
            Begin();
    }

    /// <inheritdoc/>
    public override void OnTestBatchEnd(TrainingContext context, int batch, Logs logs)
    {
        if (!_inFit)
            Step(context, batch, logs);
    }

    /// <inheritdoc/>
    public override void OnTestEnd(TrainingContext context, Logs logs)
    {
        if (!_inFit)
            Finish(context, logs);
    }

    /// <inheritdoc/>
    public override void OnPredictBegin(TrainingContext context) => Begin();

    /// <inheritdoc/>
    public override void OnPredictBatchEnd(TrainingContext context, int batch) => Step(context, batch, []);

    /// <inheritdoc/>
    public override void OnPredictEnd(TrainingContext context) => Finish(context, []);

    /// <summary>Takes a line that is being drawn away, so that another callback can print; it comes back with the next step.</summary>
    internal void ClearLine() => _line?.Clear();

    private void Begin()
    {
        _timer = new StepTimer(_clock);
        _lastDrawn = null;
    }

    private void Step(TrainingContext context, int batch, IEnumerable<KeyValuePair<string, double>> logs)
    {
        _timer.StepDone(batch + 1);
        if (_line is null || context.Parameters.Verbose != 1)
            return;
        if (_lastDrawn is { } last && _clock.GetElapsedTime(last) < RedrawInterval)
            return;
        _line.Draw(ProgressText.Running(_timer.Steps, context.Parameters.Steps, _timer.SecondsPerStep, logs, _unicode));
        _lastDrawn = _clock.GetTimestamp();
    }

    private void Finish(TrainingContext context, IEnumerable<KeyValuePair<string, double>> logs)
    {
        int steps = context.Parameters.Steps;
        if (context.Parameters.Verbose == 1 && _line is not null)
            _line.Finish(ProgressText.Finished(_timer.Steps, steps, _timer.Seconds, _timer.SecondsPerStep, logs, _unicode));
        else if (context.Parameters.Verbose > 0)
            _output.WriteLine(ProgressText.Summary(_timer.Steps, steps, _timer.Seconds, _timer.SecondsPerStep, logs));
    }
}
