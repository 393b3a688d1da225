namespace CifarVision.Metrics;

/// <summary>Recall, the fraction of samples of a class that are predicted correctly: <c>tp / (tp + fn)</c>.</summary>
/// <inheritdoc cref="ClassFraction" path="/remarks"/>
public sealed class Recall : ClassFraction
{
    /// <summary>Creates the metric.</summary>
    /// <param name="threshold">The output above which a class is predicted, from 0 to 1. Default 0.5; null: the largest output is the prediction.</param>
    /// <param name="classId">The class whose recall is the result. By default the result is an average.</param>
    /// <param name="average">How the values of the classes are averaged. Default <see cref="Metrics.Averaging.Micro"/>.</param>
    /// <param name="name">Default <c>recall</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is outside [0, 1], or the class is negative.</exception>
    /// <exception cref="ArgumentException">Both a class and an average are given.</exception>
    public Recall(double? threshold = 0.5, int? classId = null, Averaging? average = null, string? name = null)
        : base(name ?? "recall", threshold, classId, average)
    {
    }

    /// <inheritdoc/>
    private protected override double Score(double truePositives, double falsePositives, double falseNegatives) =>
        Quotient(truePositives, truePositives + falseNegatives);
}
