using System.Globalization;
using System.Text.Json.Nodes;
using CifarVision.Losses;
using CifarVision.Runtime;

namespace CifarVision.Metrics;

/// <summary>
/// The fraction of outputs that are on their label's side of a threshold. Shapes: yTrue (N, outputs) of zeros and ones, yPred (N, outputs); for one output
/// yTrue may be (N).
/// </summary>
public sealed class BinaryAccuracy : MeanMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="threshold">The output above which the prediction is 1; between 0 and 1. Default 0.5.</param>
    /// <param name="name">Default <c>binary_accuracy</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not between 0 and 1.</exception>
    public BinaryAccuracy(double threshold = 0.5, string? name = null)
        : base(name ?? "binary_accuracy")
    {
        if (threshold is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(threshold), string.Create(CultureInfo.InvariantCulture, $"BinaryAccuracy: threshold must be between 0 and 1, but was {threshold}."));
        }

        Threshold = threshold;
    }

    /// <summary>The output above which the prediction is 1.</summary>
    public double Threshold { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["threshold"] = Threshold;
        return config;
    }

    /// <summary>Computes whether each output is on its label's side.</summary>
    internal static Tensor Matches(Tensor yTrue, Tensor yPred, double threshold, string owner) =>
        yPred.IsGreaterThan(threshold).to(yPred.dtype).eq(Truth.Elementwise(yTrue, yPred, owner));

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => Matches(yTrue, yPred, Threshold, nameof(BinaryAccuracy));
}
