using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Losses;

/// <summary>
/// The loss to minimize (Keras: <c>keras.Loss</c>). For a loss of your own, implement <see cref="PerSample"/>, and override <see cref="GetConfig"/> if it has
/// settings.
/// </summary>
/// <remarks>
/// A loss computes in float32 or float64: other outputs of the model are converted to float32 first. It reads nothing back from the device, so it checks
/// shapes and types, but not the values of labels.
/// </remarks>
public abstract class Loss
{
    /// <summary>Creates a loss.</summary>
    /// <param name="name">The name in configs and the default name of <c>MeanLoss</c>; by default Keras' snake-case name of the class.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    protected Loss(string? name = null)
    {
        if (name is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name ?? KerasNames.ToSnakeCase(GetType().Name);
    }

    /// <summary>The name, such as <c>categorical_crossentropy</c>.</summary>
    public string Name { get; }

    /// <summary>The form in which a file stated the loss; null for a loss created in a program.</summary>
    internal WrittenForm? Written { get; set; }

    /// <summary>Whether labels are one-hot rows (N, classes); otherwise integers (N, 1). The labels of an ImageDataset are converted accordingly.</summary>
    public virtual bool WantsOneHot => true;

    /// <summary>Computes the mean loss of a batch (Keras: reduction <c>sum_over_batch_size</c>).</summary>
    /// <param name="yTrue">The truth, (N, ...).</param>
    /// <param name="yPred">The model's output, (N, ...).</param>
    /// <param name="sampleWeight">A weight for each sample, (N) or (N, 1); the weighted sum is divided by N, not by the sum of weights.</param>
    /// <returns>A scalar tensor through which gradients flow.</returns>
    /// <exception cref="ArgumentException">The shapes or types do not fit.</exception>
    public Tensor Call(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor losses = SampleLosses(yTrue, yPred);
        Tensor loss = scope.MoveToOuter(
            sampleWeight is null ? losses.mean() : (losses * SampleValues.Weights(sampleWeight, losses, GetType().Name)).mean());
        GC.KeepAlive((yTrue, yPred, sampleWeight));
        return loss;
    }

    /// <summary>
    /// Returns the same loss for a model without its final softmax or sigmoid: itself if it takes logits anyway, null if there is none. With logits the
    /// gradient does not vanish where probabilities saturate, as in Keras on TensorFlow.
    /// </summary>
    public virtual Loss? OnLogits() => null;

    /// <summary>Whether <see cref="OnLogits"/> replaces the probabilities of a sigmoid; otherwise those of a softmax.</summary>
    internal virtual bool TakesSigmoid => false;

    /// <summary>Returns the settings under Keras' names.</summary>
    public virtual JsonObject GetConfig() => new() { ["name"] = Name, ["reduction"] = "sum_over_batch_size" };

    /// <summary>Computes the loss of each sample, (N) (Keras: reduction <c>none</c>).</summary>
    internal Tensor SampleLosses(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        return SampleValues.OnePerSample(PerSample(yTrue, SampleValues.AtLeastFloat32(yPred)), yPred, GetType().Name);
    }

    /// <summary>Computes the loss of each sample.</summary>
    /// <param name="yTrue">The truth, (N, ...), of any type.</param>
    /// <param name="yPred">The model's output, (N, ...), of type float32 or float64.</param>
    /// <returns>A tensor (N) through which gradients flow; a tensor (N, ...) is averaged per sample.</returns>
    protected abstract Tensor PerSample(Tensor yTrue, Tensor yPred);
}
