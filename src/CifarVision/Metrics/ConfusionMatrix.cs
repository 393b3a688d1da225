using CifarVision.Runtime;

namespace CifarVision.Metrics;

/// <summary>
/// How often samples of each class were taken for each class, and the figures that follow. Not a metric of the logs, since it is no single
/// number; fill it from a model's predictions, and draw it with the extensions of <c>CifarVision.Plotting</c>.
/// </summary>
public sealed class ConfusionMatrix
{
    // One cell more than the matrix has: samples whose label is no class, reported when the counts are read.
    private const string Cells = "cells";

    private readonly DeviceTotals _totals = new(nameof(ConfusionMatrix), Cells);

    /// <summary>An empty matrix.</summary>
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

    /// <summary>Counts samples.</summary>
    /// <param name="yTrue">Integer labels (N) or (N, 1), or one-hot rows (N, classes).</param>
    /// <param name="yPred">The model's output (N, classes), as Predict gives it; the largest is what was predicted, the lowest index of equals.</param>
    /// <exception cref="ArgumentException">The shapes or types do not fit.</exception>
    public void Update(NDArray yTrue, NDArray yPred)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        using var scope = torch.NewDisposeScope();
        Update(ArrayConversion.ToTensor(yTrue, torch.CPU), ArrayConversion.ToTensor(yPred, torch.CPU));
    }

    /// <summary>Counts samples. Reads nothing back from the device.</summary>
    /// <param name="yTrue">Integer labels (N) or (N, 1), or one-hot rows (N, classes).</param>
    /// <param name="yPred">The model's output (N, classes).</param>
    /// <exception cref="ArgumentException">The shapes or types do not fit.</exception>
    public void Update(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        if (yPred.dim() != 2 || yPred.shape[1] != NumClasses)
            throw new ArgumentException($"ConfusionMatrix: yPred must have the shape (N, {NumClasses}), but was {TensorShape.Format(yPred.shape)}.", nameof(yPred));
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Tensor actual = Prediction.TrueClasses(yTrue, yPred, nameof(ConfusionMatrix));
        Tensor isClass = actual.IsAtLeast(0).logical_and(actual.IsLessThan(NumClasses));
        Tensor cell = torch.where(isClass, actual.Multiply(NumClasses).Add(yPred.argmax(-1)), TorchMath.FullLike(actual, NumClasses * NumClasses));
        Tensor counts = torch.zeros((NumClasses * NumClasses) + 1, ScalarType.Int64, cell.device);
        _totals.Add(Cells, counts.scatter_add_(0, cell, torch.ones_like(cell)));
        GC.KeepAlive((yTrue, yPred, this));
    }

    /// <summary>The counts: the true class chooses the row, the predicted one the column. Reads from the device.</summary>
    /// <exception cref="InvalidOperationException">Labels that are no class were counted.</exception>
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

    /// <summary>The part of all samples that was taken for what it is; 0 without samples.</summary>
    public double Accuracy()
    {
        long[,] counts = Counts();
        return Quotient(Enumerable.Range(0, NumClasses).Sum(i => counts[i, i]), counts.Cast<long>().Sum());
    }

    /// <summary>For each class: of what was taken for it, the part that is of it; 0 where nothing was.</summary>
    public IReadOnlyList<double> Precision()
    {
        long[,] counts = Counts();
        return PerClass(i => Quotient(counts[i, i], Column(counts, i)));
    }

    /// <summary>For each class: of what is of it, the part that was taken for it; 0 where nothing is.</summary>
    public IReadOnlyList<double> Recall()
    {
        long[,] counts = Counts();
        return PerClass(i => Quotient(counts[i, i], Row(counts, i)));
    }

    /// <summary>For each class: the harmonic mean of precision and recall; 0 where there is neither.</summary>
    public IReadOnlyList<double> F1()
    {
        long[,] counts = Counts();
        return PerClass(i => Quotient(2 * counts[i, i], Row(counts, i) + Column(counts, i)));
    }

    /// <summary>Forgets all samples.</summary>
    public void Reset() => _totals.Clear();

    private static double Quotient(long dividend, long divisor) => divisor == 0 ? 0 : (double)dividend / divisor;

    private double[] PerClass(Func<int, double> figure) => [.. Enumerable.Range(0, NumClasses).Select(figure)];

    private long Row(long[,] counts, int i) => Enumerable.Range(0, NumClasses).Sum(j => counts[i, j]);

    private long Column(long[,] counts, int j) => Enumerable.Range(0, NumClasses).Sum(i => counts[i, j]);
}
