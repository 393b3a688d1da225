using CifarVision.Runtime;

namespace CifarVision.Losses;

/// <summary>
/// Kullback-Leibler divergence of probability distributions: <c>sum(yTrue * log(yTrue / yPred))</c> over the last axis. Both are clipped to [1e-7, 1], with no
/// gradient where clipped. Shapes: yTrue (N, ..., classes), yPred (N, ..., classes).
/// </summary>
/// <remarks>As in Keras, it is computed from probabilities also for a model that ends with softmax.</remarks>
public sealed class KLDivergence : Loss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="name">Default <c>kl_divergence</c>.</param>
    public KLDivergence(string? name = null)
        : base(name)
    {
    }

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor truth = Truth.Elementwise(yTrue, yPred, nameof(KLDivergence)).Clamp(Crossentropy.Epsilon, 1);
        return (truth * (truth / yPred.Clamp(Crossentropy.Epsilon, 1)).log()).sum(-1);
    }
}
