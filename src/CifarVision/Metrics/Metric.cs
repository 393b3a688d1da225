using System.Text.Json.Nodes;

namespace CifarVision.Metrics;

/// <summary>A figure gathered over the batches of an epoch. Derive from it, or from <see cref="MeanMetric"/>, for one of your own.</summary>
public abstract class Metric
{
    /// <summary>Keeps the name.</summary>
    /// <param name="name">The key in logs and history.</param>
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
    public abstract void Update(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null);

    /// <summary>The figure over all batches since the last reset; 0 before the first. Reads from the device.</summary>
    public abstract double Result();

    /// <summary>Forgets all batches.</summary>
    public abstract void Reset();

    /// <summary>The settings under Keras' names.</summary>
    public virtual JsonObject GetConfig() => new() { ["name"] = Name };
}
