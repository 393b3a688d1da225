namespace CifarVision.Evaluation;

/// <summary>
/// The precision and the recall of one class against all others at each threshold. <see cref="PrecisionRecallCurves"/> computes it.
/// </summary>
public sealed class PrecisionRecallCurve
{
    internal PrecisionRecallCurve(string className, ThresholdCounts counts)
    {
        ClassName = className;
        if (counts.Positives == 0)
            return;
        int[] ascending = [.. Enumerable.Range(0, counts.Thresholds.Length).Reverse()];
        Precisions = [.. ascending.Select(i => (double)counts.TruePositives[i] / (counts.TruePositives[i] + counts.FalsePositives[i])), 1];
        Recalls = [.. ascending.Select(i => (double)counts.TruePositives[i] / counts.Positives), 0];
        Thresholds = [.. ascending.Select(i => counts.Thresholds[i])];
        AveragePrecision = Enumerable.Range(0, ascending.Length).Sum(i => (Recalls[i] - Recalls[i + 1]) * Precisions[i]);
    }

    /// <summary>The name of the class.</summary>
    public string ClassName { get; }

    /// <summary>
    /// The fraction of the samples with a probability of at least the threshold that are of the class, and 1 at the end; empty if the class has no samples.
    /// </summary>
    public IReadOnlyList<double> Precisions { get; } = [];

    /// <summary>The fraction of the samples of the class with a probability of at least the threshold, descending from 1 to 0, for each of <see cref="Precisions"/>.</summary>
    public IReadOnlyList<double> Recalls { get; } = [];

    /// <summary>The thresholds, ascending: one less than there are precisions.</summary>
    public IReadOnlyList<double> Thresholds { get; } = [];

    /// <summary>
    /// The area under the curve as a sum of steps: each precision times the recall it adds. NaN if the class has no samples (scikit-learn:
    /// <c>average_precision_score</c>, which returns 0 then).
    /// </summary>
    public double AveragePrecision { get; } = double.NaN;
}
