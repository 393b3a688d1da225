using System.Text.Json.Nodes;
using CifarVision.Losses;
using CifarVision.Runtime;

namespace CifarVision.Metrics;

/// <summary>
/// The fraction of samples for which the output of the one-hot label is among the k largest; an output equal to the k-th largest counts. Shapes: yTrue
/// (N, classes), yPred (N, classes).
/// </summary>
public sealed class TopKCategoricalAccuracy : MeanMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="k">The number of largest outputs, from 1 to the number of classes. Default 5.</param>
    /// <param name="name">Default <c>top_k_categorical_accuracy</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is less than 1.</exception>
    public TopKCategoricalAccuracy(int k = 5, string? name = null)
        : base(name ?? "top_k_categorical_accuracy") => K = RequireK(k, nameof(TopKCategoricalAccuracy));

    /// <summary>The number of largest outputs.</summary>
    public int K { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["k"] = K;
        return config;
    }

    internal static int RequireK(int k, string owner) =>
        k >= 1 ? k : throw new ArgumentOutOfRangeException(nameof(k), $"{owner}: k must be at least 1, but was {k}.");

    /// <summary>Computes whether the output of each label is at least the k-th largest.</summary>
    internal static Tensor Hits(Tensor labels, Tensor yPred, int k, string owner)
    {
        if (k > yPred.shape[^1])
            throw new ArgumentException($"{owner}: k must be at most the number of classes, but was {k} with yPred {TensorShape.Format(yPred.shape)}.", nameof(yPred));
        Tensor kthLargest = yPred.topk(k, -1).values.select(-1, k - 1);
        return yPred.gather(-1, labels.unsqueeze(-1)).squeeze(-1).ge(kthLargest);
    }

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Prediction.RequireClasses(yPred, nameof(TopKCategoricalAccuracy));
        Tensor labels = Truth.OneHot(yTrue, yPred, nameof(TopKCategoricalAccuracy), nameof(SparseTopKCategoricalAccuracy)).argmax(-1);
        return Hits(labels, yPred, K, nameof(TopKCategoricalAccuracy));
    }
}
