using CifarVision.Losses;
using CifarVision.Runtime;

namespace CifarVision.Metrics;

/// <summary>
/// A confusion matrix: the number of samples of each true class by predicted class. It is not a metric for Compile, because its result is not a single number;
/// fill it from a model's predictions, and draw it with the extensions of <c>CifarVision.Plotting</c>.
/// </summary>
public sealed class ConfusionMatrix
{
    // The cells, and one more for samples with an invalid label, which are reported when the counts are read.
    private const string Cells = "cells";

    private readonly DeviceTotals _totals = new(nameof(ConfusionMatrix), Cells);

    /// <summary>Creates an empty matrix.</summary>
    /// <param name="numClasses">The number of classes, at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 classes.</exception>
    public ConfusionMatrix(int numClasses)
    {
        if (numClasses < 2)
            throw new ArgumentOutOfRangeException(nameof(numClasses), $"ConfusionMatrix: numClasses must be at least 2, but was {numClasses}.");
        NumClasses = numClasses;
    }

    /// <summary>The number of classes.</summary>
    public int NumClasses { get; }

    /// <summary>Adds samples.</summary>
    /// <param name="yTrue">Integer labels (N) or (N, 1), or one-hot rows (N, classes).</param>
    /// <param name="yPred">
    /// The model's output (N, classes), as Predict returns it. The largest output is the prediction; of equal outputs the one with the lowest index. For two
    /// classes also (N, 1), where an output over 0.5 predicts class 1. Or predicted classes, as integers (N).
    /// </param>
    /// <exception cref="ArgumentException">The shapes or types do not fit.</exception>
    public void Update(NDArray yTrue, NDArray yPred)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        TorchRuntime.EnsureLoaded();
        using var scope = torch.NewDisposeScope();
        Update(ArrayConversion.ToTensor(yTrue, torch.CPU), ArrayConversion.ToTensor(yPred, torch.CPU));
    }

    /// <summary>Adds samples. Reads nothing back from the device.</summary>
    /// <param name="yTrue">Integer labels (N) or (N, 1), or one-hot rows (N, classes).</param>
    /// <param name="yPred">The model's output, (N, classes), or (N, 1) for two classes; or predicted classes, as integers (N).</param>
    /// <exception cref="ArgumentException">The shapes or types do not fit.</exception>
    public void Update(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        bool isOneUnit = NumClasses == 2 && yPred.dim() == 2 && yPred.shape[1] == 1;
        bool areClasses = yPred.dim() == 1 && !torch.is_floating_point(yPred);
        if (!isOneUnit && !areClasses && (yPred.dim() != 2 || yPred.shape[1] != NumClasses))
            throw new ArgumentException($"ConfusionMatrix: yPred must have the shape (N, {NumClasses}){(NumClasses == 2 ? " or (N, 1)" : "")}, or be integer classes (N,), but was {TensorShape.Format(yPred.shape)}.", nameof(yPred));
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Tensor rows = areClasses ? yPred.unsqueeze(-1).expand(yPred.shape[0], NumClasses) : yPred;
        Tensor actual = isOneUnit ? OneUnit(yTrue, yPred) : Prediction.TrueClasses(yTrue, rows, nameof(ConfusionMatrix));
        Tensor predicted = areClasses ? yPred.to(ScalarType.Int64) : isOneUnit ? yPred.IsGreaterThan(0.5).squeeze(-1).to(ScalarType.Int64) : yPred.argmax(-1);
        Tensor isClass = IsClass(actual).logical_and(IsClass(predicted));
        Tensor cell = torch.where(isClass, actual.Multiply(NumClasses).Add(predicted), TorchMath.FullLike(actual, NumClasses * NumClasses));
        Tensor counts = torch.zeros((NumClasses * NumClasses) + 1, ScalarType.Int64, cell.device);
        _totals.Add(Cells, counts.scatter_add_(0, cell, torch.ones_like(cell)));
        GC.KeepAlive((yTrue, yPred, this));
    }

    /// <summary>Returns the counts: rows are true classes, columns predicted classes. Reads from the device.</summary>
    /// <exception cref="InvalidOperationException">A label was not a class.</exception>
    public long[,] Counts()
    {
        var counts = new long[NumClasses, NumClasses];
        if (_totals.IsEmpty)
            return counts;
        double[] cells = _totals.Read(Cells);
        if (cells[^1] > 0)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"ConfusionMatrix: labels must be from 0 to {NumClasses - 1}, but {cells[^1]} were not. Make the matrix with the right number of classes."));
        }

        for (int i = 0; i < counts.Length; i++)
            counts[i / NumClasses, i % NumClasses] = (long)cells[i];
        return counts;
    }

    /// <summary>Returns the fraction of samples that were predicted correctly; 0 without samples.</summary>
    public double Accuracy()
    {
        long[,] counts = Counts();
        return Quotient(Enumerable.Range(0, NumClasses).Sum(i => counts[i, i]), counts.Cast<long>().Sum());
    }

    /// <summary>Returns for each class the fraction of its predictions that are correct; 0 without predictions.</summary>
    public IReadOnlyList<double> Precision()
    {
        long[,] counts = Counts();
        return PerClass(i => Quotient(counts[i, i], Column(counts, i)));
    }

    /// <summary>Returns for each class the fraction of its samples that were predicted correctly; 0 without samples.</summary>
    public IReadOnlyList<double> Recall()
    {
        long[,] counts = Counts();
        return PerClass(i => Quotient(counts[i, i], Row(counts, i)));
    }

    /// <summary>Returns for each class the harmonic mean of precision and recall; 0 if both are 0.</summary>
    public IReadOnlyList<double> F1()
    {
        long[,] counts = Counts();
        return PerClass(i => Quotient(2 * counts[i, i], Row(counts, i) + Column(counts, i)));
    }

    /// <summary>Removes all samples.</summary>
    public void Reset() => _totals.Clear();

    private Tensor IsClass(Tensor labels) => labels.IsAtLeast(0).logical_and(labels.IsLessThan(NumClasses));

    // The labels may be floats, as a loss for one unit takes them, or two columns.
    private static Tensor OneUnit(Tensor yTrue, Tensor yPred) => yTrue.dim() == 2 && yTrue.shape[1] == 2 && yTrue.shape[0] == yPred.shape[0]
        ? yTrue.argmax(-1)
        : Truth.Elementwise(yTrue, yPred.to(ScalarType.Float64), nameof(ConfusionMatrix)).squeeze(-1).to(ScalarType.Int64);

    private static double Quotient(long dividend, long divisor) => divisor == 0 ? 0 : (double)dividend / divisor;

    private double[] PerClass(Func<int, double> figure) => [.. Enumerable.Range(0, NumClasses).Select(figure)];

    private long Row(long[,] counts, int i) => Enumerable.Range(0, NumClasses).Sum(j => counts[i, j]);

    private long Column(long[,] counts, int j) => Enumerable.Range(0, NumClasses).Sum(i => counts[i, j]);
}
