using System.Text.Json.Nodes;

namespace CifarVision.Metrics;

/// <summary>The harmonic mean of precision and recall: <c>2 tp / (2 tp + fp + fn)</c>.</summary>
/// <remarks>
/// As Keras' F1Score, but for the default of <c>average</c>: there it is None, which gives a figure for each class; here
/// <see cref="ClassScore.PerClass"/> does, and the result is one number. Keras adds 1e-7 to its divisors, so its figures differ by about that.
/// </remarks>
public sealed class F1Score : ClassScore
{
    /// <summary>Creates the metric.</summary>
    /// <param name="average">How the classes become one figure. Default <see cref="Metrics.Averaging.Macro"/>.</param>
    /// <param name="threshold">An output over it predicts its class; from 0 to 1. Default null: the largest output of a sample predicts.</param>
    /// <param name="classId">The class whose figure is the result. By default it is an average.</param>
    /// <param name="name">Default <c>f1_score</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is outside [0, 1] or the class negative.</exception>
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
