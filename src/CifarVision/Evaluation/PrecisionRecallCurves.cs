namespace CifarVision.Evaluation;

/// <summary>
/// The precision-recall curves of a classifier, with the numbers of scikit-learn's <c>precision_recall_curve</c> and <c>average_precision_score</c>: for two
/// classes the curve of class 1, for more one curve for each class against all others. Draw them with the extensions of <c>CifarVision.Plotting</c>.
/// </summary>
public sealed class PrecisionRecallCurves
{
    /// <summary>Computes the curves.</summary>
    /// <param name="yTrue">The labels: integers (N) or (N, 1), or one-hot rows (N, classes).</param>
    /// <param name="yPred">The probabilities from Predict: (N, classes), or (N, 1) or (N) of class 1 for a sigmoid.</param>
    /// <param name="classNames">The names of the classes. Default their indices.</param>
    /// <exception cref="ArgumentException">A shape does not fit, there are no samples, for two classes none of class 1, a value is no probability, or the number of names differs from the number of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not one of the classes.</exception>
    public PrecisionRecallCurves(NDArray yTrue, NDArray yPred, IReadOnlyList<string>? classNames = null)
    {
        ClassPredictions predictions = ClassPredictions.Read(yTrue, yPred, nameof(PrecisionRecallCurves));
        Curves = predictions.OneVersusRest(classNames, nameof(PrecisionRecallCurves), (name, counts) => new PrecisionRecallCurve(name, counts));
        double[] areas = [.. Curves.Select(curve => curve.AveragePrecision).Where(area => !double.IsNaN(area))];
        if (areas.Length == 0)
            throw new ArgumentException("PrecisionRecallCurves: yTrue must have samples of class 1, but all are of class 0. Evaluate on data with both classes.", nameof(yTrue));
        MacroAveragePrecision = areas.Average();
    }

    /// <summary>The curves: one, of class 1, for two classes; otherwise one for each class, in order.</summary>
    public IReadOnlyList<PrecisionRecallCurve> Curves { get; }

    /// <summary>
    /// The mean of the average precisions; for two classes that of the only curve. Classes without samples do not count, where scikit-learn counts 0
    /// (<c>average_precision_score(average="macro")</c>).
    /// </summary>
    public double MacroAveragePrecision { get; }
}
