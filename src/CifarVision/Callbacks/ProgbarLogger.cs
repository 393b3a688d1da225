using CifarVision.Callbacks.Progress;
using Spectre.Console;

namespace CifarVision.Callbacks;

/// <summary>
/// Prints the progress of Fit, Evaluate and Predict, which append it themselves unless <c>verbose</c> is 0: 1 is a live bar, 2 a line per epoch. If lines cannot
/// be redrawn (a file, a pipe, the log of a build server, <c>NO_COLOR</c>), the bar becomes a line per epoch too, without control characters.
/// </summary>
/// <remarks>
/// The bar is drawn at most ten times per second, because each drawing reads the metrics and waits for the device. A run begins with a line with everything
/// needed to repeat it: device, threads, precision, seed and data.
/// </remarks>
public sealed class ProgbarLogger : Callback
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromSeconds(0.1);

    private readonly TextWriter _output;
    private readonly TimeProvider _clock;
    private readonly LiveLines? _live;
    private StepTimer _timer;
    private long? _lastDrawn;
    private bool _inFit;
    private string[] _figures = [];
    private double? _epochSeconds;
    private MonitoredValue? _best;
    private int _bestEpoch;

    /// <summary>Creates the callback.</summary>
    /// <param name="output">The writer, which receives plain lines; null, the default, for the console, which shows a bar if it is a terminal.</param>
    public ProgbarLogger(TextWriter? output = null)
        : this(output ?? Console.Out, output is null ? Terminal.Open() : null, TimeProvider.System)
    {
    }

    internal ProgbarLogger(TextWriter output, IAnsiConsole? terminal, TimeProvider clock)
    {
        _output = output;
        _clock = clock;
        _live = terminal is null ? null : new LiveLines(terminal);
        _timer = new StepTimer(clock);
    }

    internal override bool ActsOnBatches => false;

    internal override bool ChangesModel => false;

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingContext context)
    {
        _inFit = true;
        _epochSeconds = null;
        string figure = context.MetricsByKey.Keys.FirstOrDefault("loss");
        _best = new MonitoredValue(this, context.Parameters.ValidationSteps > 0 ? $"val_{figure}" : figure, MonitorMode.Auto);
        _best.SetDirection(context);
        if (context.Parameters.Verbose == 0)
            return;
        string header = RunHeader.Of(context);
        if (_live is null)
            _output.WriteLine(header);
        else
            Print(ProgressText.Fold(header.Split(", "), _live.Width, ", "));
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingContext context, Logs logs) => Leave();

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
    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
    {
        _epochSeconds = _timer.Seconds;
        if (logs.TryGetValue(_best!.Key, out double value) && _best.Improves(value))
            _bestEpoch = epoch + 1;
        Finish(context, logs);
    }

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
        else if (IsTimeToDraw(context))
            Draw(context, FormattableString.Invariant($"validating {batch + 1}/{context.Parameters.ValidationSteps}"));
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

    /// <summary>Removes the live lines so that something else can be printed. A later step draws them again.</summary>
    internal void Clear() => _live?.Clear();

    /// <summary>Leaves the live lines on the screen when the run has ended, also by an exception.</summary>
    internal void Leave()
    {
        _inFit = false;
        _live?.Leave();
    }

    private void Begin() => (_timer, _figures) = (new StepTimer(_clock), []);

    private void Step(TrainingContext context, int batch, IEnumerable<KeyValuePair<string, double>> logs)
    {
        _timer.StepDone(batch + 1);
        if (!IsTimeToDraw(context))
            return;
        _figures = [.. logs.Select(ProgressText.Figure)];
        Draw(context, TimeLeft(context), ProgressText.PerStep(_timer.SecondsPerStep), Speed(context));
    }

    private bool IsTimeToDraw(TrainingContext context) =>
        _live is not null
        && context.Parameters.Verbose == 1
        && (_lastDrawn is not { } last || _clock.GetElapsedTime(last) >= RedrawInterval);

    private void Draw(TrainingContext context, params IEnumerable<string> course)
    {
        int steps = context.Parameters.Steps;
        string bar = ProgressText.Bar(_timer.Steps, steps, Math.Clamp(_live!.Width / 5, 8, 30), _live.Unicode);
        string[] figures = _inFit && _best?.Best is { } best
            ? [.. _figures, FormattableString.Invariant($"best {_best.Key}: {ProgressText.Figure(best)} (epoch {_bestEpoch})")]
            : _figures;
        IReadOnlyList<string> first = ProgressText.Fold(course.Prepend($"{ProgressText.Count(_timer.Steps, steps)} {bar}"), _live.Width);
        _live.Draw([.. first, .. ProgressText.Fold(figures, _live.Width)], highlighted: bar.TrimEnd('─', '.'));
        _lastDrawn = _clock.GetTimestamp();
    }

    private string Speed(TrainingContext context)
    {
        double samples = Math.Min(context.Parameters.BatchSize, context.Parameters.Samples);
        return ProgressText.Rate(samples / _timer.SecondsPerStep, RunHeader.Samples(context));
    }

    private string TimeLeft(TrainingContext context)
    {
        double pass = _timer.SecondsPerStep * (context.Parameters.Steps - _timer.Steps);
        string left = $"{ProgressText.Remaining(pass)} left";
        if (!_inFit || context.Parameters.Epochs == 1)
            return left;
        // The duration of a validation is known after the first epoch.
        double epoch = _epochSeconds ?? (_timer.Seconds + pass);
        double run = Math.Max(pass, epoch - _timer.Seconds) + (epoch * (context.Parameters.Epochs - context.Epoch - 1));
        return $"{left} (run {ProgressText.Remaining(run)})";
    }

    private void Finish(TrainingContext context, IEnumerable<KeyValuePair<string, double>> logs)
    {
        if (context.Parameters.Verbose == 0)
            return;
        if (_live is not null && context.Parameters.Verbose == 1)
        {
            _live.Clear();
            _live.Leave();
            Print(ProgressText.Fold(ProgressText.Finished(_timer, context.Parameters.Steps, logs, _live.Unicode), _live.Width));
        }
        else
        {
            _output.WriteLine(ProgressText.Summary(_timer, context.Parameters.Steps, logs));
        }
    }

    private void Print(IEnumerable<string> lines)
    {
        foreach (string line in lines)
            _output.WriteLine(line);
    }
}
