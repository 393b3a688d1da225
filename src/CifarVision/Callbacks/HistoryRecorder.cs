using System.Diagnostics;
using System.Text.Json.Nodes;
using CifarVision.History;

namespace CifarVision.Callbacks;

/// <summary>Writes the logs and the duration of each epoch into the history that Fit returns (Keras: the History callback).</summary>
internal sealed class HistoryRecorder(TrainingHistory history) : Callback
{
    private long _epochStart;

    /// <summary>The logs of the last epoch; empty before the first.</summary>
    public Logs Last { get; private set; } = new([]);

    internal override bool ActsOnBatches => false;

    internal override bool ChangesModel => false;

    public override void OnTrainBegin(TrainingContext context) => history.Run = RunRecord.Of(context);

    public override void OnEpochBegin(TrainingContext context, int epoch) => _epochStart = Stopwatch.GetTimestamp();

    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
    {
        history.Add(epoch, logs);
        double seconds = Stopwatch.GetElapsedTime(_epochStart).TotalSeconds;
        if (history.Run is { } run)
            history.Run = run with { EpochSeconds = [.. run.EpochSeconds, seconds], PeakMemory = PeakMemory() };
        Last = logs;
    }

    public override JsonObject GetState() => new()
    {
        ["history"] = history.ToJson(),
        ["last"] = new JsonArray([.. Last.Keys.Select(key => JsonValue.Create(key))]),
    };

    public override void SetState(JsonObject state)
    {
        TrainingRun? current = history.Run;
        history.Replace(state["history"]!);
        // The run continues in this process with the seed and the epochs of its first start. A backup of an older version has no record.
        if (history.Run is { } first)
            history.Run = current! with { Started = first.Started, Seed = first.Seed, EpochSeconds = first.EpochSeconds, PeakMemory = first.PeakMemory };
        Last = new Logs([]);
        // One at a time, in the order in which callbacks added them.
        foreach (string key in state["last"]!.AsArray().Select(key => (string)key!))
            Last[key] = history.History[key][^1];
    }

    private static long PeakMemory()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
