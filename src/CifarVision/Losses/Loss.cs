using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Losses;

/// <summary>What training makes small. Derive from it for a loss of your own: implement <see cref="PerSample"/>.</summary>
public abstract class Loss
{
    /// <summary>Keras' name in snake case, as <c>categorical_crossentropy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether labels come as one-hot rows (N, classes); otherwise as integers (N, 1). An ImageDataset is converted accordingly.</summary>
    public virtual bool WantsOneHot => true;

    /// <summary>The mean loss of a batch (Keras: reduction <c>sum_over_batch_size</c>).</summary>
    /// <param name="yTrue">The truth, (N, ...).</param>
    /// <param name="yPred">The model's output, (N, ...).</param>
    /// <param name="sampleWeight">A weight for each sample, (N); the weighted sum is divided by N, not by the sum of weights.</param>
    /// <returns>A scalar tensor through which gradients flow.</returns>
    public Tensor Call(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        Tensor losses = PerSample(yTrue, yPred);
        return sampleWeight is null ? losses.mean() : (losses * sampleWeight.to(losses.dtype).reshape(losses.shape)).mean();
    }

    /// <summary>
    /// The same loss for a model whose last softmax was left out, or null where there is none. Training through logits keeps its
    /// gradient where the probabilities are saturated, as Keras on TensorFlow does.
    /// </summary>
    public virtual Loss? OnLogits() => null;

    /// <summary>The settings under Keras' names.</summary>
    public virtual JsonObject GetConfig() => new() { ["name"] = Name, ["reduction"] = "sum_over_batch_size" };

    /// <summary>The loss of each sample.</summary>
    /// <param name="yTrue">The truth, (N, ...).</param>
    /// <param name="yPred">The model's output, (N, ...).</param>
    /// <returns>A tensor (N) through which gradients flow.</returns>
    protected abstract Tensor PerSample(Tensor yTrue, Tensor yPred);

    /// <summary>Checks at the border that truth and prediction fit.</summary>
    private protected void RequireSameShape(Tensor yTrue, Tensor yPred, string advice)
    {
        if (!yTrue.shape.AsSpan().SequenceEqual(yPred.shape))
        {
            throw new ArgumentException(
                $"{GetType().Name}: the shape of yTrue must be that of yPred, {TensorShape.Format(yPred.shape)}, but was {TensorShape.Format(yTrue.shape)}. {advice}");
        }
    }
}
