using System.Text.Json.Nodes;

namespace CifarVision.Metrics;

/// <summary>F1 score, the harmonic mean of precision and recall: <c>2 tp / (2 tp + fp + fn)</c>.</summary>
/// <remarks>
/// As Keras' F1Score, except for the default of <c>average</c>: Keras' None returns a value per class, as <see cref="ClassScore.PerClass"/> does here. Keras
/// adds 1e-7 to its divisors, so its values differ by about that.
/// </remarks>
public sealed class F1Score : ClassScore
{
    /// <summary>Creates the metric.</summary>
    /// <param name="average">How the values of the classes are averaged. Default <see cref="Metrics.Averaging.Macro"/>.</param>
    /// <param name="threshold">The output above which a class is predicted, from 0 to 1. Default null: the largest output is the prediction.</param>
    /// <param name="classId">The class whose value is the result. By default the result is an average.</param>
    /// <param name="name">Default <c>f1_score</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is outside [0, 1], or the class is negative.</exception>
    /// <exception cref="ArgumentException">Both a class and an average are given.</exception>
    public F1Score(Averaging? average = null, double? threshold = null, int? classId = null, string? name = null)
        : base(name ?? "f1_score", threshold, classId, average, averageByDefault: Metrics.Averaging.Macro)
    {
    }

    /// <inheritdoc/>
    internal override bool IsKeras => ClassId is null;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["average"] = Averaging?.ToString().ToLowerInvariant();
        config["threshold"] = Threshold;
        if (!IsKeras)
            config["class_id"] = ClassId;
        return config;
    }

    /// <inheritdoc/>
    private protected override double Score(double truePositives, double falsePositives, double falseNegatives) =>
        Quotient(2 * truePositives, (2 * truePositives) + falsePositives + falseNegatives);
}
