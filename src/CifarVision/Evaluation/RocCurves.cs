namespace CifarVision.Evaluation;

/// <summary>
/// The ROC curves of a classifier, with the numbers of scikit-learn's <c>roc_curve</c> and <c>roc_auc_score</c>: for two classes the curve of class 1, for more
/// one curve for each class against all others. Draw them with the extensions of <c>CifarVision.Plotting</c>.
/// </summary>
public sealed class RocCurves
{
    /// <summary>Computes the curves.</summary>
    /// <param name="yTrue">The labels: integers (N) or (N, 1), or one-hot rows (N, classes).</param>
    /// <param name="yPred">The probabilities from Predict: (N, classes), or (N, 1) or (N) of class 1 for a sigmoid.</param>
    /// <param name="classNames">The names of the classes. Default their indices.</param>
    /// <exception cref="ArgumentException">A shape does not fit, there are no samples or samples of one class only, a value is no probability, or the number of names differs from the number of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not one of the classes.</exception>
    public RocCurves(NDArray yTrue, NDArray yPred, IReadOnlyList<string>? classNames = null)
    {
        ClassPredictions predictions = ClassPredictions.Read(yTrue, yPred, nameof(RocCurves));
        Curves = predictions.OneVersusRest(classNames, nameof(RocCurves), (name, counts) => new RocCurve(name, counts));
        double[] areas = [.. Curves.Select(curve => curve.Area).Where(area => !double.IsNaN(area))];
        if (areas.Length == 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"RocCurves: yTrue must have samples of two classes or more, but all are of class {predictions.Truth[0]}. Evaluate on data with all classes."), nameof(yTrue));
        }

        MacroArea = areas.Average();
    }

    /// <summary>The curves: one, of class 1, for two classes; otherwise one for each class, in order.</summary>
    public IReadOnlyList<RocCurve> Curves { get; }

    /// <summary>
    /// The mean of the areas; for two classes the area of the only curve. Classes without samples do not count, where scikit-learn
    /// refuses (<c>roc_auc_score(multi_class="ovr", average="macro")</c>).
    /// </summary>
    public double MacroArea { get; }
}
