using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Metrics;

/// <summary>A metric accumulated over the batches of an epoch (Keras: <c>keras.Metric</c>). Derive from this class or from <see cref="MeanMetric"/> for one of your own.</summary>
/// <remarks>
/// A metric that accumulates on the device and reads back only in <see cref="Result"/> hardly slows down training. Tensors to keep between batches are detached
/// from the dispose scope (<c>DetachFromDisposeScope</c>) and disposed in <see cref="Reset"/>; <see cref="Update"/> opens a scope for all others.
/// </remarks>
public abstract class Metric
{
    /// <summary>Creates a metric.</summary>
    /// <param name="name">The key in logs and history.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    protected Metric(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>The key in logs and history, such as <c>accuracy</c>.</summary>
    public string Name { get; }

    /// <summary>The form in which a file stated the metric; null for a metric created in a program.</summary>
    internal WrittenForm? Written { get; set; }

    /// <summary>Whether a larger value is better; callbacks with <c>MonitorMode.Auto</c> use it.</summary>
    public virtual bool HigherIsBetter => true;

    /// <summary>Adds a batch.</summary>
    /// <param name="yTrue">The truth, (N, classes) or integers (N) or (N, 1).</param>
    /// <param name="yPred">The model's output, (N, classes).</param>
    /// <param name="sampleWeight">A weight for each sample, (N), or null for none.</param>
    /// <exception cref="ArgumentException">The shapes or types do not fit.</exception>
    public abstract void Update(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null);

    /// <summary>Returns the value over all batches since the last reset; 0 before the first. Reads from the device.</summary>
    public abstract double Result();

    /// <summary>Removes all batches.</summary>
    public abstract void Reset();

    /// <summary>Returns the settings under Keras' names.</summary>
    public virtual JsonObject GetConfig() => new() { ["name"] = Name, ["dtype"] = "float32" };

    /// <summary>
    /// Returns the state accumulated so far, by name, so that a run resumed inside an epoch continues with the same values, bit for bit. Empty before the first
    /// batch.
    /// </summary>
    /// <returns>
    /// Copies. By default none: in a resumed epoch the metric then covers only the batches after the interruption.
    /// </returns>
    public virtual IReadOnlyDictionary<string, NDArray> GetState() => new Dictionary<string, NDArray>();

    /// <summary>Restores the result of <see cref="GetState"/>. By default only an empty state is accepted, and resets the metric.</summary>
    /// <param name="state">The arrays by name; empty for the state before the first batch.</param>
    /// <exception cref="ArgumentException">The arrays do not belong to this metric.</exception>
    public virtual void SetState(IReadOnlyDictionary<string, NDArray> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count > 0)
            throw new ArgumentException($"{GetType().Name}: state must be empty, but was {string.Join(", ", state.Keys)}. Override SetState together with GetState.", nameof(state));
        Reset();
    }

    /// <summary>Checks the shape of the model's output before training.</summary>
    /// <param name="output">The shape of one sample.</param>
    /// <exception cref="ArgumentException">The metric cannot be computed from it.</exception>
    internal virtual void RequireOutput(TensorShape output)
    {
    }
}
