using CifarVision.Metrics;
using CifarVision.Runtime;

namespace CifarVision.Callbacks;

/// <summary>The value that a callback monitors: its direction of improvement and its best value.</summary>
internal sealed class MonitoredValue
{
    private readonly Callback _owner;
    private readonly MonitorMode _mode;
    private readonly double _minDelta;
    private bool _lowerIsBetter;

    public MonitoredValue(Callback owner, string monitor, MonitorMode mode, double minDelta = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(monitor);
        _owner = owner;
        Key = monitor;
        _mode = mode;
        _minDelta = Require.AtLeastZero(minDelta, owner);
    }

    /// <summary>The key, such as <c>val_loss</c>.</summary>
    public string Key { get; }

    /// <summary>The best value so far; null before the first.</summary>
    public double? Best { get; set; }

    /// <summary>Checks the key before the first step, where all keys are known, and determines the direction of improvement.</summary>
    /// <param name="context">The run.</param>
    /// <param name="ofBatches">Whether the value is read after batches instead of epochs.</param>
    /// <exception cref="ArgumentException">The logs will not have the key, or neither the mode nor the metrics determine the direction.</exception>
    public void Begin(TrainingContext context, bool ofBatches = false)
    {
        if (LogKeys.Of(context, ofBatches) is { } keys && !keys.Contains(Key))
            throw Missing(context, keys);
        SetDirection(context);
    }

    /// <summary>Determines the direction of improvement from the metrics of a run.</summary>
    /// <exception cref="ArgumentException">Neither the mode nor the metrics determine the direction.</exception>
    public void SetDirection(TrainingContext context) => _lowerIsBetter = _mode switch
    {
        MonitorMode.Min => true,
        MonitorMode.Max => false,
        _ => LowerIsBetter(context),
    };

    /// <summary>Returns the value of an epoch, or null if validationFreq leaves the epoch without validation.</summary>
    /// <exception cref="ArgumentException">The value is not in the logs.</exception>
    public double? Read(TrainingContext context, Logs logs)
    {
        if (logs.TryGetValue(Key, out double value))
            return value;
        bool skipped = IsValidation(Key) && context.Parameters.ValidationSteps > 0 && !logs.Keys.Any(IsValidation);
        return skipped ? null : throw Missing(context, logs.Keys);
    }

    /// <summary>Whether a value is better than the best; it then becomes the best.</summary>
    public bool Improves(double value)
    {
        if (!IsBetter(value, Best))
            return false;
        Best = value;
        return true;
    }

    /// <summary>Whether a value improves on another by more than the smallest change; any number is better than none.</summary>
    public bool IsBetter(double value, double? other)
    {
        if (!double.IsFinite(value))
            return false;
        return other is not { } reference || (_lowerIsBetter ? value + _minDelta < reference : value - _minDelta > reference);
    }

    private static bool IsValidation(string key) => key.StartsWith("val_", StringComparison.Ordinal);

    private ArgumentException Missing(TrainingContext context, IReadOnlyCollection<string> keys)
    {
        // Whether the key would be there with validation data.
        bool needsValidation = IsValidation(Key) && context.Parameters.ValidationSteps == 0 && (keys.Contains(Key[4..]) || LogKeys.DidYouMean(Key[4..], keys).Length == 0);
        string advice = needsValidation ? " Give Fit validation data, or monitor a value of training." : LogKeys.DidYouMean(Key, keys);
        return new ArgumentException($"{_owner.GetType().Name}: monitor must be one of {string.Join(", ", keys)}, but was '{Key}'.{advice}");
    }

    private bool LowerIsBetter(TrainingContext context)
    {
        string name = IsValidation(Key) ? Key[4..] : Key;
        if (context.LossKeys.Contains(name))
            return true;
        Metric? metric = context.MetricsByKey.GetValueOrDefault(name);
        return metric is not null ? !metric.HigherIsBetter : throw new ArgumentException(
            $"{_owner.GetType().Name}: mode must be Min or Max for a monitor that is neither loss nor a metric of Compile, but was Auto for '{Key}'."
            + $" Metrics: {(context.MetricsByKey.Count == 0 ? "none" : string.Join(", ", context.MetricsByKey.Keys))}.{LogKeys.DidYouMean(name, context.MetricsByKey.Keys)}");
    }
}
