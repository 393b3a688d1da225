using CifarVision.Losses;

namespace CifarVision.Metrics;

/// <summary>The fraction of samples whose largest output is that of the one-hot label; of equal outputs the lowest index counts. Shapes: yTrue (N, classes), yPred (N, classes).</summary>
public sealed class CategoricalAccuracy : MeanMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="name">Default <c>categorical_accuracy</c>.</param>
    public CategoricalAccuracy(string? name = null)
        : base(name ?? "categorical_accuracy")
    {
    }

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor predicted = Prediction.Classes(yPred, nameof(CategoricalAccuracy));
        return predicted.eq(Truth.OneHot(yTrue, yPred, nameof(CategoricalAccuracy), nameof(SparseCategoricalAccuracy)).argmax(-1));
    }
}
