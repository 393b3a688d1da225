using System.Text.Json.Nodes;
using CifarVision.Callbacks;

namespace CifarVision.Tests.Training.Resuming;

/// <summary>A user's callback with memory: it counts the steps, and keeps the numbers of some as an array.</summary>
internal sealed class StepCounter : Callback
{
    private long _steps;
    private NDArray _seen = np.zeros(new Shape(2), typeof(double));

    public override void OnTrainBatchEnd(TrainingContext context, int batch, Logs logs)
    {
        _steps++;
        _seen = _seen + new[] { batch, 0.5 };
    }

    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs) =>
        logs[logs.TryGetValue("steps", out _) ? "steps_2" : "steps"] = _steps + _seen.ToArray<double>().Sum();

    public override JsonObject GetState() => new() { ["steps"] = _steps };

    public override void SetState(JsonObject state) => _steps = (long)state["steps"]!;

    public override IReadOnlyDictionary<string, NDArray> GetStateArrays() => new Dictionary<string, NDArray> { ["seen"] = _seen };

    public override void SetStateArrays(IReadOnlyDictionary<string, NDArray> arrays) => _seen = arrays["seen"];
}
