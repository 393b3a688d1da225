namespace CifarVision.Evaluation;

/// <summary>
/// The receiver operating characteristic of one class against all others: how many samples of the class are found, and how many others are taken for it, as the
/// threshold falls. <see cref="RocCurves"/> computes it.
/// </summary>
public sealed class RocCurve
{
    internal RocCurve(string className, ThresholdCounts counts)
    {
        ClassName = className;
        if (counts.Positives == 0 || counts.Negatives == 0)
            return;
        int[] corners = [.. Enumerable.Range(0, counts.Thresholds.Length).Where(i => IsCorner(counts, i))];
        FalsePositiveRates = [0, .. corners.Select(i => (double)counts.FalsePositives[i] / counts.Negatives)];
        TruePositiveRates = [0, .. corners.Select(i => (double)counts.TruePositives[i] / counts.Positives)];
        Thresholds = [double.PositiveInfinity, .. corners.Select(i => counts.Thresholds[i])];
        Area = Enumerable.Range(1, corners.Length)
            .Sum(i => (FalsePositiveRates[i] - FalsePositiveRates[i - 1]) * (TruePositiveRates[i] + TruePositiveRates[i - 1]) / 2);
    }

    /// <summary>The name of the class.</summary>
    public string ClassName { get; }

    /// <summary>The fraction of the samples of other classes whose probability is at least the threshold, ascending from 0 to 1; empty if the class has no samples, or all.</summary>
    public IReadOnlyList<double> FalsePositiveRates { get; } = [];

    /// <summary>The fraction of the samples of the class whose probability is at least the threshold, for each of <see cref="FalsePositiveRates"/>.</summary>
    public IReadOnlyList<double> TruePositiveRates { get; } = [];

    /// <summary>The thresholds, descending from infinity. Those within a straight part of the curve are left out, as scikit-learn does.</summary>
    public IReadOnlyList<double> Thresholds { get; } = [];

    /// <summary>
    /// The area under the curve by the trapezoidal rule: 1 for a perfect order, 0.5 for chance. NaN if the class has no samples, or all
    /// (scikit-learn: <c>roc_auc_score</c>).
    /// </summary>
    public double Area { get; } = double.NaN;

    private static bool IsCorner(ThresholdCounts counts, int i)
    {
        if (i == 0 || i == counts.Thresholds.Length - 1)
            return true;
        return counts.TruePositives[i + 1] - counts.TruePositives[i] != counts.TruePositives[i] - counts.TruePositives[i - 1]
            || counts.FalsePositives[i + 1] - counts.FalsePositives[i] != counts.FalsePositives[i] - counts.FalsePositives[i - 1];
    }
}
