using System.Text.Json.Nodes;

namespace CifarVision.Metrics;

/// <summary>A figure gathered over the batches of an epoch. Derive from it, or from <see cref="MeanMetric"/>, for one of your own.</summary>
/// <remarks>
/// A metric that gathers on the device and reads back only in <see cref="Result"/> costs a training step next to nothing. What it keeps from
/// batch to batch it detaches from the dispose scope (<c>DetachFromDisposeScope</c>) and disposes in <see cref="Reset"/>; all else it leaves
/// to a scope that <see cref="Update"/> opens.
/// </remarks>
public abstract class Metric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="name">The key in logs and history.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    protected Metric(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>The key in logs and history, as <c>accuracy</c>.</summary>
    public string Name { get; }

    /// <summary>Whether a larger value is better; callbacks with mode "auto" ask.</summary>
    public virtual bool HigherIsBetter => true;

    /// <summary>Takes a batch into account.</summary>
    /// <param name="yTrue">The truth, (N, classes) or integers (N) or (N, 1).</param>
    /// <param name="yPred">The model's output, (N, classes).</param>
    /// <param name="sampleWeight">A weight for each sample, (N), or null for plain means.</param>
    /// <exception cref="ArgumentException">The shapes or types do not fit.</exception>
    public abstract void Update(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null);

    /// <summary>The figure over all batches since the last reset; 0 before the first. Reads from the device.</summary>
    public abstract double Result();

    /// <summary>Forgets all batches.</summary>
    public abstract void Reset();

    /// <summary>The settings under Keras' names.</summary>
    public virtual JsonObject GetConfig() => new() { ["name"] = Name, ["dtype"] = "float32" };

    /// <summary>
    /// What was gathered so far, by name, so that a run broken off inside an epoch goes on with the same figures, bit for bit. Empty before
    /// the first batch.
    /// </summary>
    /// <returns>
    /// Copies. By default none: the figure of such a metric covers, in the epoch that is resumed, only the batches after the break.
    /// </returns>
    public virtual IReadOnlyDictionary<string, NDArray> GetState() => new Dictionary<string, NDArray>();

    /// <summary>Goes on from a state that <see cref="GetState"/> gave. By default it accepts only the empty one, and resets.</summary>
    /// <param name="state">The arrays by name; empty for a fresh start.</param>
    /// <exception cref="ArgumentException">The arrays are not those of this metric.</exception>
    public virtual void SetState(IReadOnlyDictionary<string, NDArray> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count > 0)
            throw new ArgumentException($"{GetType().Name}: state must be empty, but was {string.Join(", ", state.Keys)}. Override SetState together with GetState.", nameof(state));
        Reset();
    }
}
