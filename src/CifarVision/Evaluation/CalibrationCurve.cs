namespace CifarVision.Evaluation;

/// <summary>
/// How far the probabilities of a classifier can be trusted: of the samples with a probability of about 0.8, about 80 % should be of the class. Draw it with the
/// extensions of <c>CifarVision.Plotting</c>.
/// </summary>
/// <remarks>
/// For two classes, the probability is that of class 1, and the fraction that of samples of class 1 (scikit-learn: <c>calibration_curve</c> with uniform bins). For more
/// classes, the probability is that of the predicted class, and the fraction that of correct predictions (Guo et al., 2017, "On calibration of modern neural networks").
/// </remarks>
public sealed class CalibrationCurve
{
    private const int MostBins = 1000;

    /// <summary>Computes the curve.</summary>
    /// <param name="yTrue">The labels: integers (N) or (N, 1), or one-hot rows (N, classes).</param>
    /// <param name="yPred">The probabilities from Predict: (N, classes), or (N, 1) or (N) of class 1 for a sigmoid.</param>
    /// <param name="bins">The number of equal parts of 0 to 1 into which samples are sorted, 1 to 1000. Default 10.</param>
    /// <exception cref="ArgumentException">A shape does not fit, there are no samples, or a value is no probability.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not one of the classes, or the number of bins is not from 1 to 1000.</exception>
    public CalibrationCurve(NDArray yTrue, NDArray yPred, int bins = 10)
    {
        if (bins is < 1 or > MostBins)
            throw new ArgumentOutOfRangeException(nameof(bins), FormattableString.Invariant($"CalibrationCurve: bins must be from 1 to {MostBins}, but was {bins}."));
        ClassPredictions predictions = ClassPredictions.Read(yTrue, yPred, nameof(CalibrationCurve));
        IsBinary = predictions.Classes == 2;
        double[] bounds = [.. Enumerable.Range(0, bins + 1).Select(i => (double)i / bins)];
        ILookup<int, (double Probability, bool IsRight)> samples = Enumerable.Range(0, predictions.Count)
            .Select(row => Sample(predictions, row))
            .ToLookup(sample => BinOf(sample.Probability, bounds));
        Bins = [.. Enumerable.Range(0, bins).Select(i => new CalibrationBin(
            bounds[i],
            bounds[i + 1],
            samples[i].Count(),
            samples[i].Select(sample => sample.Probability).DefaultIfEmpty(double.NaN).Average(),
            samples[i].Select(sample => sample.IsRight ? 1.0 : 0).DefaultIfEmpty(double.NaN).Average()))];
        ExpectedError = Bins.Where(bin => bin.Count > 0).Sum(bin => bin.Count * Math.Abs(bin.Fraction - bin.MeanProbability)) / predictions.Count;
    }

    /// <summary>Whether there are two classes, so that the probabilities are those of class 1; otherwise they are those of the predicted class.</summary>
    public bool IsBinary { get; }

    /// <summary>The bins, ascending, including those without samples.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; }

    /// <summary>The expected calibration error: the mean of |fraction - mean probability| over the bins, weighted by their samples, from 0 to 1.</summary>
    public double ExpectedError { get; }

    private static (double Probability, bool IsRight) Sample(ClassPredictions predictions, int row)
    {
        int shown = predictions.Classes == 2 ? 1 : predictions.Predicted(row);
        return (Math.Clamp(predictions.Probability(row, shown), 0, 1), predictions.Truth[row] == shown);
    }

    // A probability on a bound belongs to the bin below, as in scikit-learn.
    private static int BinOf(double probability, double[] bounds)
    {
        int found = Array.BinarySearch(bounds, probability);
        return Math.Max(0, (found >= 0 ? found : ~found) - 1);
    }
}
