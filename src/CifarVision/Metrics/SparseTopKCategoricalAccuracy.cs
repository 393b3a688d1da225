using System.Text.Json.Nodes;
using CifarVision.Losses;

namespace CifarVision.Metrics;

/// <summary>
/// The fraction of samples for which the output of the integer label is among the k largest; an output equal to the k-th largest counts. Shapes: yTrue (N) or
/// (N, 1), yPred (N, classes).
/// </summary>
public sealed class SparseTopKCategoricalAccuracy : MeanMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="k">The number of largest outputs, from 1 to the number of classes. Default 5.</param>
    /// <param name="name">Default <c>sparse_top_k_categorical_accuracy</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is less than 1.</exception>
    public SparseTopKCategoricalAccuracy(int k = 5, string? name = null)
        : base(name ?? "sparse_top_k_categorical_accuracy") => K = TopKCategoricalAccuracy.RequireK(k, nameof(SparseTopKCategoricalAccuracy));

    /// <summary>The number of largest outputs.</summary>
    public int K { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["k"] = K;
        return config;
    }

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Prediction.RequireClasses(yPred, nameof(SparseTopKCategoricalAccuracy));
        Tensor labels = Truth.Integers(yTrue, yPred, nameof(SparseTopKCategoricalAccuracy), nameof(TopKCategoricalAccuracy));
        return TopKCategoricalAccuracy.Hits(labels, yPred, K, nameof(SparseTopKCategoricalAccuracy));
    }
}
