using CifarVision.Metrics;

namespace CifarVision.Evaluation;

/// <summary>
/// Precision, recall, F1 score and number of samples of each class, as data and as text: scikit-learn's <c>classification_report</c>, for all classes of the
/// model.
/// </summary>
/// <remarks>
/// A precision without predictions, a recall without samples and an F1 score of both are 0 and count in the means, as with scikit-learn's <c>zero_division=0</c>.
/// A class without samples and predictions has a row as well, which scikit-learn shows if it is given all <c>labels</c>.
/// </remarks>
public sealed class ClassificationReport
{
    /// <summary>Computes the report from labels and predictions.</summary>
    /// <param name="yTrue">The labels: integers (N) or (N, 1), or one-hot rows (N, classes).</param>
    /// <param name="yPred">
    /// The probabilities from Predict: (N, classes), where the largest is the prediction, of equal ones the first; or (N, 1) or (N) for a sigmoid, where over 0.5
    /// predicts class 1. Or the predicted classes, as integers (N) or (N, 1).
    /// </param>
    /// <param name="classNames">The names of the classes. Default their indices.</param>
    /// <exception cref="ArgumentException">A shape does not fit, there are no samples, a value is no probability, or the number of names differs from the number of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not one of the classes.</exception>
    public ClassificationReport(NDArray yTrue, NDArray yPred, IReadOnlyList<string>? classNames = null)
        : this(Count(yTrue, yPred, classNames?.Count), classNames)
    {
    }

    /// <summary>Computes the report of a confusion matrix.</summary>
    /// <param name="matrix">A matrix with at least one sample. Later updates of it do not change the report.</param>
    /// <param name="classNames">The names of the classes. Default their indices.</param>
    /// <exception cref="ArgumentException">The matrix is empty, or the number of names differs from the number of classes.</exception>
    /// <exception cref="InvalidOperationException">A label in the matrix was not a class.</exception>
    public ClassificationReport(ConfusionMatrix matrix, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        IReadOnlyList<string> names = NamedClasses.ForAll(classNames, matrix.NumClasses, nameof(ClassificationReport));
        long[,] counts = matrix.Counts();
        (IReadOnlyList<double> precision, IReadOnlyList<double> recall, IReadOnlyList<double> f1) = (matrix.Precision(), matrix.Recall(), matrix.F1());
        Classes = [.. names.Select((name, i) => new ClassificationScores(name, precision[i], recall[i], f1[i], Enumerable.Range(0, names.Count).Sum(j => counts[i, j])))];
        Support = Classes.Sum(one => one.Support);
        if (Support == 0)
            throw new ArgumentException("ClassificationReport: matrix must have at least one sample, but was empty. Call its Update first.", nameof(matrix));
        Accuracy = matrix.Accuracy();
        MacroAverage = Mean("macro avg", _ => 1);
        WeightedAverage = Mean("weighted avg", one => one.Support);
    }

    /// <summary>The scores of each class, in order.</summary>
    public IReadOnlyList<ClassificationScores> Classes { get; }

    /// <summary>The fraction of the samples that were predicted correctly.</summary>
    public double Accuracy { get; }

    /// <summary>The mean of the classes.</summary>
    public ClassificationScores MacroAverage { get; }

    /// <summary>The mean of the classes, weighted by their numbers of samples.</summary>
    public ClassificationScores WeightedAverage { get; }

    /// <summary>The number of samples.</summary>
    public long Support { get; }

    /// <summary>Returns the report as text with two decimals, character for character as scikit-learn's <c>classification_report</c>.</summary>
    public override string ToString() => ToString(2);

    /// <summary>Returns the report as text, character for character as scikit-learn's <c>classification_report</c>.</summary>
    /// <param name="digits">The number of decimals, 0 to 10.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of decimals is not from 0 to 10.</exception>
    public string ToString(int digits) => ReportText.Format(this, digits);

    private ClassificationScores Mean(string name, Func<ClassificationScores, double> weight)
    {
        double total = Classes.Sum(weight);
        return new ClassificationScores(name, Of(one => one.Precision), Of(one => one.Recall), Of(one => one.F1Score), Support);

        // In numpy's order of additions, since the last bit may decide how a number is rounded in the text.
        double Of(Func<ClassificationScores, double> score) => PairwiseSum.Of([.. Classes.Select(one => score(one) * weight(one))]) / total;
    }

    private static ConfusionMatrix Count(NDArray yTrue, NDArray yPred, int? names)
    {
        (int[] truth, int[] predicted, int classes) = Read(yTrue, yPred, names);
        var matrix = new ConfusionMatrix(classes);
        matrix.Update(np.array(truth), np.array(predicted));
        return matrix;
    }

    private static (int[] Truth, int[] Predicted, int Classes) Read(NDArray yTrue, NDArray yPred, int? names)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        bool isColumn = yPred.ndim == 1 || (yPred.ndim == 2 && yPred.shape[1] == 1);
        if (!isColumn || yPred.typecode is NPTypeCode.Single or NPTypeCode.Double)
        {
            ClassPredictions predictions = ClassPredictions.Read(yTrue, yPred, nameof(ClassificationReport));
            return (predictions.Truth, [.. Enumerable.Range(0, predictions.Count).Select(predictions.Predicted)], predictions.Classes);
        }

        int[] predicted = ClassLabels.Read(yPred, names, nameof(ClassificationReport), nameof(yPred));
        int[] truth = ClassLabels.Read(yTrue, names, nameof(ClassificationReport));
        if (truth.Length != predicted.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"ClassificationReport: yPred must be a class for each of the {truth.Length} labels, but was {predicted.Length}."), nameof(yPred));
        }

        return (truth, predicted, names ?? Math.Max(2, Math.Max(truth.Max(), predicted.Max()) + 1));
    }
}
