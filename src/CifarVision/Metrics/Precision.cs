using System.Text.Json.Nodes;

namespace CifarVision.Metrics;

/// <summary>Of what was predicted to be of a class, the part that is: <c>tp / (tp + fp)</c>.</summary>
/// <remarks>
/// The defaults are those of Keras' Precision: an output over 0.5 predicts its class, and counts are added over the classes. A threshold of null
/// (the largest output predicts) and the averages Macro and Weighted are additions. Keras' lists of thresholds and <c>top_k</c> are not offered.
/// </remarks>
public sealed class Precision : ClassScore
{
    /// <summary>Creates the metric.</summary>
    /// <param name="threshold">An output over it predicts its class; from 0 to 1. Default 0.5; null: the largest output of a sample predicts.</param>
    /// <param name="classId">The class whose precision is the result. By default it is an average.</param>
    /// <param name="average">How the classes become one figure. Default <see cref="Metrics.Averaging.Micro"/>.</param>
    /// <param name="name">Default <c>precision</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is outside [0, 1] or the class negative.</exception>
    /// <exception cref="ArgumentException">Both a class and an average are given.</exception>
    public Precision(double? threshold = 0.5, int? classId = null, Averaging? average = null, string? name = null)
        : base(name ?? "precision", threshold, classId, average, averageByDefault: Metrics.Averaging.Micro)
    {
    }

    /// <inheritdoc/>
    internal override bool IsKeras => Threshold is not null && (Averaging is null or Metrics.Averaging.Micro);

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["thresholds"] = Threshold is { } threshold ? threshold : MetricFactory.Largest;
        config["top_k"] = null;
        config["class_id"] = ClassId;
        if (!IsKeras)
            config["average"] = Averaging?.ToString().ToLowerInvariant();
        return config;
    }

    /// <inheritdoc/>
    private protected override double Score(double truePositives, double falsePositives, double falseNegatives) =>
        Quotient(truePositives, truePositives + falsePositives);
}
