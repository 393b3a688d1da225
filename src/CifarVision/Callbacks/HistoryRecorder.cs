using System.Text.Json.Nodes;
using CifarVision.History;

namespace CifarVision.Callbacks;

/// <summary>Writes the logs of each epoch into the history that Fit returns (Keras: the History callback).</summary>
internal sealed class HistoryRecorder(TrainingHistory history) : Callback
{
    /// <summary>The logs of the last epoch; empty before the first.</summary>
    public Logs Last { get; private set; } = new([]);

    internal override bool ActsOnBatches => false;

    internal override bool ChangesModel => false;

    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
    {
        history.Add(epoch, logs);
        Last = logs;
    }

    public override JsonObject GetState() => new()
    {
        ["history"] = history.ToJson(),
        ["last"] = new JsonArray([.. Last.Keys.Select(key => JsonValue.Create(key))]),
    };

    public override void SetState(JsonObject state)
    {
        history.Replace(state["history"]!);
        Last = new Logs([]);
        // One at a time, in the order in which callbacks added them.
        foreach (string key in state["last"]!.AsArray().Select(key => (string)key!))
            Last[key] = history.History[key][^1];
    }
}
