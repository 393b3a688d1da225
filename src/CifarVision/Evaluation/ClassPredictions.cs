using CifarVision.Runtime;

namespace CifarVision.Evaluation;

/// <summary>The true class of each sample and the probabilities that a model gave it, read from arrays and checked.</summary>
internal sealed class ClassPredictions
{
    // Rounding may take a softmax over 1.
    private const double Slack = 1e-5;

    private readonly double[] _outputs;
    private readonly int _columns;

    private ClassPredictions(int[] truth, double[] outputs, int columns) => (Truth, _outputs, _columns) = (truth, outputs, columns);

    /// <summary>The class of each sample.</summary>
    public int[] Truth { get; }

    /// <summary>The number of classes. One unit is the probability of class 1 of two.</summary>
    public int Classes => Math.Max(2, _columns);

    /// <summary>The number of samples.</summary>
    public int Count => Truth.Length;

    /// <summary>Reads what a model predicted.</summary>
    /// <param name="yTrue">Integers (N) or (N, 1), or one-hot rows (N, classes).</param>
    /// <param name="yPred">Probabilities: (N, classes), or (N, 1) or (N) of class 1.</param>
    /// <param name="owner">The public type, for messages.</param>
    /// <exception cref="ArgumentException">A shape does not fit, there are no samples, or a value is no probability.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not one of the classes.</exception>
    public static ClassPredictions Read(NDArray yTrue, NDArray yPred, string owner)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        if (yPred.ndim is not (1 or 2))
            throw new ArgumentException($"{owner}: yPred must be of shape (N, classes), (N, 1) or (N,), but was {TensorShape.Format(yPred.shape)}. Pass the result of Predict.", nameof(yPred));
        int columns = yPred.ndim == 1 ? 1 : checked((int)yPred.shape[1]);
        int[] truth = ClassLabels.Read(yTrue, Math.Max(2, columns), owner);
        if (yPred.shape[0] != truth.Length)
            throw new ArgumentException(FormattableString.Invariant($"{owner}: yPred must have a row for each of the {truth.Length} labels, but was {TensorShape.Format(yPred.shape)}."), nameof(yPred));
        double[] outputs = yPred.astype(typeof(double)).ravel().ToArray<double>();
        int wrong = Array.FindIndex(outputs, value => value is not (>= -Slack and <= 1 + Slack));
        if (wrong >= 0)
        {
            string advice = double.IsFinite(outputs[wrong]) ? "End the model with a softmax or sigmoid, or apply it to the outputs." : "Check the model's weights and inputs for NaN.";
            throw new ArgumentException(
                FormattableString.Invariant($"{owner}: yPred must be probabilities from 0 to 1, but was {outputs[wrong]} in row {wrong / columns}. {advice}"), nameof(yPred));
        }

        return new ClassPredictions(truth, outputs, columns);
    }

    /// <summary>Returns the probability of a class for a sample.</summary>
    public double Probability(int row, int index) => _columns == 1
        ? index == 1 ? _outputs[row] : 1 - _outputs[row]
        : _outputs[(row * _columns) + index];

    /// <summary>Returns the class that is predicted for a sample: that of the largest probability, of equal ones the lowest; for one unit class 1 over 0.5.</summary>
    public int Predicted(int row)
    {
        int best = 0;
        for (int i = 1; i < Classes; i++)
        {
            if (Probability(row, i) > Probability(row, best))
                best = i;
        }

        return best;
    }

    /// <summary>Returns a curve for each class against all others; for two classes only that of class 1.</summary>
    /// <param name="classNames">The names, or null for the indices.</param>
    /// <param name="owner">The public type, for messages.</param>
    /// <param name="create">Creates a curve of a name and the counts at each threshold.</param>
    /// <exception cref="ArgumentException">The number of names differs from the number of classes.</exception>
    public T[] OneVersusRest<T>(IReadOnlyList<string>? classNames, string owner, Func<string, ThresholdCounts, T> create)
    {
        IReadOnlyList<string> names = NamedClasses.ForAll(classNames, Classes, owner);
        IEnumerable<int> shown = Classes == 2 ? [1] : Enumerable.Range(0, Classes);
        return [.. shown.Select(index => create(names[index], ThresholdCounts.Create(
            [.. Enumerable.Range(0, Count).Select(row => Probability(row, index))],
            [.. Truth.Select(label => label == index)])))];
    }
}
