using CifarVision.Losses;

namespace CifarVision.Metrics;

/// <summary>The fraction of samples whose largest output is that of the integer label; of equal outputs the lowest index counts. Shapes: yTrue (N) or (N, 1), yPred (N, classes).</summary>
public sealed class SparseCategoricalAccuracy : MeanMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="name">Default <c>sparse_categorical_accuracy</c>.</param>
    public SparseCategoricalAccuracy(string? name = null)
        : base(name ?? "sparse_categorical_accuracy")
    {
    }

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor predicted = Prediction.Classes(yPred, nameof(SparseCategoricalAccuracy));
        return predicted.eq(Truth.Integers(yTrue, yPred, nameof(SparseCategoricalAccuracy), nameof(CategoricalAccuracy)));
    }
}
