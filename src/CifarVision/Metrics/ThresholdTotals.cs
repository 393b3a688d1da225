namespace CifarVision.Metrics;

/// <summary>The counts of one label at ascending thresholds, from which <see cref="AUC"/> computes the area under a curve.</summary>
internal sealed class ThresholdTotals
{
    private readonly double[] _truePositives;
    private readonly double[] _falsePositives;
    private readonly double _positives;
    private readonly double _negatives;

    /// <summary>Creates the counts.</summary>
    /// <param name="positives">The weight of the positive samples that are above i thresholds, for each i from 0 to the number of thresholds.</param>
    /// <param name="negatives">The same for negative samples.</param>
    public ThresholdTotals(double[] positives, double[] negatives)
    {
        (_truePositives, _falsePositives) = (Above(positives), Above(negatives));
        (_positives, _negatives) = (positives.Sum(), negatives.Sum());
    }

    /// <summary>Computes the area under a curve. As in Keras, a quotient is 0 if its divisor is 0.</summary>
    public double Area(AUCCurve curve, AUCSummationMethod method)
    {
        if (curve == AUCCurve.PR && method == AUCSummationMethod.Interpolation)
            return Enumerable.Range(0, _truePositives.Length - 1).Sum(InterpolatedPrecision);
        double[] recall = [.. _truePositives.Select(count => Quotient(count, _positives))];
        (double[] x, double[] y) = curve == AUCCurve.PR
            ? (recall, [.. _truePositives.Zip(_falsePositives, (tp, fp) => Quotient(tp, tp + fp))])
            : (_falsePositives.Select(count => Quotient(count, _negatives)).ToArray(), recall);
        return Enumerable.Range(0, x.Length - 1).Sum(i => (x[i] - x[i + 1]) * Height(y[i], y[i + 1], method));
    }

    // The weight above each threshold.
    private static double[] Above(double[] buckets)
    {
        var sums = new double[buckets.Length - 1];
        double sum = 0;
        for (int i = sums.Length - 1; i >= 0; i--)
            sums[i] = sum += buckets[i + 1];
        return sums;
    }

    private static double Height(double left, double right, AUCSummationMethod method) => method switch
    {
        AUCSummationMethod.Majoring => Math.Max(left, right),
        AUCSummationMethod.Minoring => Math.Min(left, right),
        _ => (left + right) / 2,
    };

    private static double Quotient(double dividend, double divisor) => divisor == 0 ? 0 : dividend / divisor;

    // Between two thresholds, true and false positives vary linearly (Davis, Goadrich, "The relationship between precision-recall and ROC curves", ICML 2006).
    private double InterpolatedPrecision(int i)
    {
        double change = _truePositives[i] - _truePositives[i + 1];
        double predicted = _truePositives[i] + _falsePositives[i];
        double predictedNext = _truePositives[i + 1] + _falsePositives[i + 1];
        double slope = Quotient(change, Math.Max(predicted - predictedNext, 0));
        double intercept = _truePositives[i + 1] - (slope * predictedNext);
        double ratio = predicted > 0 && predictedNext > 0 ? predicted / predictedNext : 1;
        return Quotient(slope * (change + (intercept * Math.Log(ratio))), _positives);
    }
}
