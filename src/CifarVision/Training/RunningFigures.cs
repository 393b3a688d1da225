using CifarVision.Graphs;
using CifarVision.Losses;
using CifarVision.Metrics;

namespace CifarVision.Training;

/// <summary>The losses and metrics accumulated since the last reset, under Keras' keys.</summary>
internal sealed class RunningFigures
{
    private readonly LossTracker _total = new();
    private readonly (string Key, int Output, LossTracker Tracker)[] _losses;
    private readonly (string Key, int Output, Metric Metric)[] _metrics;

    /// <summary>Creates the figures of a compiled model.</summary>
    /// <param name="losses">The loss of each output.</param>
    /// <param name="metrics">The metrics of each output.</param>
    /// <param name="outputNames">The names that keys begin with where there are several outputs.</param>
    /// <param name="owner">The model's class, for the message.</param>
    /// <exception cref="ArgumentException">Two figures have one key: a metric is called loss, or accuracy_1 beside two that are called accuracy.</exception>
    public RunningFigures(IReadOnlyList<Loss?> losses, IReadOnlyList<IReadOnlyList<Metric>> metrics, IReadOnlyList<string> outputNames, string owner)
    {
        bool hasPrefix = outputNames.Count > 1;
        _losses = losses.Count(loss => loss is not null) < 2
            ? []
            : [.. losses.Index().Where(pair => pair.Item is not null).Select(pair => ($"{outputNames[pair.Index]}_loss", pair.Index, new LossTracker()))];
        var counts = new Dictionary<string, int>();
        _metrics = [.. metrics.SelectMany((all, output) => all.Select(metric => (Numbered(hasPrefix ? $"{outputNames[output]}_{metric.Name}" : metric.Name, counts), output, metric)))];
        HashSet<string> keys = [.. LossKeys];
        foreach ((string key, _, _) in _metrics)
        {
            if (!keys.Add(key))
                throw new ArgumentException($"{owner}: metric names must be other than those of losses and of numbered metrics, but there is a second '{key}'. Give it another name.", nameof(metrics));
        }
    }

    /// <summary>loss, then the losses of the outputs where there are several.</summary>
    public IReadOnlyList<string> LossKeys => ["loss", .. _losses.Select(loss => loss.Key)];

    public IReadOnlyDictionary<string, Metric> Metrics => new OrderedDictionary<string, Metric>(_metrics.Select(metric => KeyValuePair.Create(metric.Key, metric.Metric)));

    /// <summary>Whether predictions are needed.</summary>
    public bool HasMetrics => _metrics.Length > 0;

    /// <summary>Adds the loss of a batch, and that of each output.</summary>
    public void AddLosses(Tensor total, IReadOnlyList<Tensor?> each, int rows)
    {
        _total.Add(total, rows);
        foreach ((_, int output, LossTracker tracker) in _losses)
            tracker.Add(each[output]!, rows);
    }

    /// <summary>Updates the metrics by the outputs for a batch: those that are crossentropies by the logits, the others by the predictions.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="outputs">What the plan computed, raw.</param>
    /// <param name="plan">The plan.</param>
    public void Update(Batch batch, IReadOnlyList<Tensor> outputs, ExecutionPlan plan)
    {
        Tensor[] predictions = [.. outputs.Select(plan.Finish)];
        foreach ((_, int output, Metric metric) in _metrics)
        {
            if (metric is MeanLoss mean && plan.TakesLogits(mean.Loss, output))
                mean.UpdateOnLogits(batch.Y[output], outputs[output]);
            else
                metric.Update(batch.Y[output], predictions[output]);
        }
    }

    /// <summary>Reads loss, the losses of the outputs and the metrics over the rows of all processes. Every process must call it.</summary>
    public OrderedDictionary<string, double> Read(Distribution distribution) => new(
    [
        .. Trackers().Select(loss => KeyValuePair.Create(loss.Key, loss.Tracker.Result(distribution))),
        .. _metrics.Select(metric => KeyValuePair.Create(metric.Key, metric.Metric.ResultOver(distribution))),
    ]);

    /// <summary>Reads the values over the rows of this process only, without communication.</summary>
    public IEnumerable<KeyValuePair<string, double>> ReadOwn() => Read(Distribution.SingleProcess);

    public void Reset()
    {
        foreach (LossTracker tracker in Trackers().Select(pair => pair.Tracker))
            tracker.Reset();
        foreach ((_, _, Metric metric) in _metrics)
            metric.Reset();
    }

    /// <summary>Returns the totals so far, for a backup.</summary>
    public IEnumerable<(string Key, IReadOnlyDictionary<string, NDArray> State)> GetState() =>
        [.. Trackers().Select(pair => (pair.Key, pair.Tracker.GetState())), .. _metrics.Select(metric => (metric.Key, metric.Metric.GetState()))];

    /// <summary>Restores the result of <see cref="GetState"/>.</summary>
    public void SetState(Func<string, IReadOnlyDictionary<string, NDArray>> stateOf, Device device)
    {
        foreach ((string key, LossTracker tracker) in Trackers())
            tracker.SetState(stateOf(key), device);
        foreach ((string key, _, Metric metric) in _metrics)
            metric.SetState(stateOf(key));
    }

    // As Keras does it: accuracy, accuracy_1, accuracy_2.
    private static string Numbered(string name, Dictionary<string, int> counts)
    {
        int earlier = counts.GetValueOrDefault(name);
        counts[name] = earlier + 1;
        return earlier == 0 ? name : $"{name}_{earlier}";
    }

    private IEnumerable<(string Key, LossTracker Tracker)> Trackers() => [("loss", _total), .. _losses.Select(loss => (loss.Key, loss.Tracker))];
}
