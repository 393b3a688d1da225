namespace CifarVision.Metrics;

/// <summary>
/// The fraction of correct predictions: Keras' metric <c>"accuracy"</c>, which depends on the shapes. A single output (N, 1) is correct if it is on the label's
/// side of 0.5; of several outputs the largest must be that of the label, given as one-hot row (N, classes) or integer (N) or (N, 1). Of equal outputs the one
/// with the lowest index counts as the largest.
/// </summary>
/// <remarks>
/// Keras' class of this name differs: it tests whether numbers are equal. To state explicitly what is compared, use <see cref="CategoricalAccuracy"/>,
/// <see cref="SparseCategoricalAccuracy"/> or <see cref="BinaryAccuracy"/>.
/// </remarks>
public sealed class Accuracy : MeanMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="name">Default <c>accuracy</c>.</param>
    public Accuracy(string? name = null)
        : base(name ?? "accuracy")
    {
    }

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        if (yPred.dim() > 0 && yPred.shape[^1] == 1)
            return BinaryAccuracy.Matches(yTrue, yPred, 0.5, nameof(Accuracy));
        return Prediction.Classes(yPred, nameof(Accuracy)).eq(Prediction.TrueClasses(yTrue, yPred, nameof(Accuracy)));
    }
}
