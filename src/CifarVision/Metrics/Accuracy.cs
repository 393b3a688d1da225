namespace CifarVision.Metrics;

/// <summary>
/// How often the prediction is right: Keras' metric <c>"accuracy"</c>, which looks at the shapes. One output unit (N, 1) is right if it lies
/// on the label's side of 0.5; of several, the largest must be the label's, given as one-hot row (N, classes) or integer (N) or (N, 1). Of
/// equal outputs the lowest index counts as the largest.
/// </summary>
/// <remarks>
/// Not Keras' class of this name, which asks whether numbers are equal. To state what is compared, use <see cref="CategoricalAccuracy"/>,
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
