using System.Globalization;
using CifarVision.Losses;
using CifarVision.Runtime;

namespace CifarVision.Metrics;

/// <summary>
/// The base of metrics that are computed from the true positives, false positives and false negatives of each class: <see cref="Precision"/>,
/// <see cref="Recall"/> and <see cref="F1Score"/>. Shapes: yTrue (N, classes) of zeros and ones or integers (N) or (N, 1), yPred (N, classes).
/// </summary>
/// <remarks>
/// <see cref="Metric.Result"/> is the value of the class <see cref="ClassId"/>, or an average; <see cref="PerClass"/> returns the values of all classes. A class
/// whose divisor is 0 has the value 0, as in Keras.
/// </remarks>
public abstract class ClassScore : Metric
{
    private const string TruePositives = "true_positives";
    private const string FalsePositives = "false_positives";
    private const string FalseNegatives = "false_negatives";

    private readonly DeviceTotals _totals;

    private protected ClassScore(string name, double? threshold, int? classId, Averaging? average, Averaging averageByDefault)
        : base(name)
    {
        string owner = GetType().Name;
        if (threshold is not (null or (>= 0 and <= 1)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(threshold), string.Create(CultureInfo.InvariantCulture, $"{owner}: threshold must be from 0 to 1, but was {threshold}."));
        }

        if (classId < 0)
            throw new ArgumentOutOfRangeException(nameof(classId), $"{owner}: classId must be at least 0, but was {classId}.");
        if (classId is not null && average is not null)
            throw new ArgumentException($"{owner}: average must be null with classId, but was {average}. The value of one class is not averaged.", nameof(average));
        Threshold = threshold;
        ClassId = classId;
        Averaging = classId is null ? average ?? averageByDefault : null;
        _totals = new DeviceTotals(owner, TruePositives, FalsePositives, FalseNegatives);
    }

    /// <summary>The output above which a class is predicted; null if the largest output is the prediction.</summary>
    public double? Threshold { get; }

    /// <summary>The class whose value is the result; null for an average.</summary>
    public int? ClassId { get; }

    /// <summary>How the values of the classes are averaged; null if the result is that of <see cref="ClassId"/>.</summary>
    public Averaging? Averaging { get; }

    /// <summary>Whether Keras has a metric that computes the same.</summary>
    internal abstract bool IsKeras { get; }

    /// <inheritdoc/>
    public sealed override void Update(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        RequireOutputs(yPred.shape);
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Tensor outputs = SampleValues.AtLeastFloat32(yPred);
        Tensor predicted = Predicted(outputs).to(outputs.dtype);
        Tensor actual = Actual(yTrue, yPred, GetType().Name).to(outputs.dtype);
        Tensor weight = sampleWeight is null
            ? torch.ones(1, outputs.dtype, predicted.device)
            : SampleValues.Weights(sampleWeight, predicted, GetType().Name).unsqueeze(1);
        _totals.Add(TruePositives, (predicted * actual * weight).sum(dim: 0));
        _totals.Add(FalsePositives, (predicted * actual.SubtractFrom(1) * weight).sum(dim: 0));
        _totals.Add(FalseNegatives, (predicted.SubtractFrom(1) * actual * weight).sum(dim: 0));
        GC.KeepAlive((yTrue, yPred, sampleWeight, this));
    }

    /// <inheritdoc/>
    public sealed override double Result()
    {
        if (_totals.IsEmpty)
            return 0;
        (double[] tp, double[] fp, double[] fn) = ReadTotals();
        if (ClassId is { } classId)
            return Score(tp[classId], fp[classId], fn[classId]);
        if (Averaging == Metrics.Averaging.Micro)
            return Score(tp.Sum(), fp.Sum(), fn.Sum());
        IReadOnlyList<double> scores = PerClass();
        if (Averaging == Metrics.Averaging.Macro)
            return scores.Average();
        double support = tp.Sum() + fn.Sum();
        return support == 0 ? 0 : scores.Select((score, i) => score * (tp[i] + fn[i])).Sum() / support;
    }

    /// <summary>Returns the value of each class; empty before the first batch. Reads from the device.</summary>
    public IReadOnlyList<double> PerClass()
    {
        if (_totals.IsEmpty)
            return [];
        (double[] tp, double[] fp, double[] fn) = ReadTotals();
        return [.. tp.Select((count, i) => Score(count, fp[i], fn[i]))];
    }

    /// <inheritdoc/>
    public sealed override void Reset() => _totals.Clear();

    /// <inheritdoc/>
    public sealed override IReadOnlyDictionary<string, NDArray> GetState() => _totals.GetState();

    /// <inheritdoc/>
    public sealed override void SetState(IReadOnlyDictionary<string, NDArray> state) => _totals.SetState(state);

    /// <summary>Returns a quotient, or 0 if the divisor is 0.</summary>
    private protected static double Quotient(double dividend, double divisor) => divisor == 0 ? 0 : dividend / divisor;

    /// <summary>Computes the value from counts.</summary>
    private protected abstract double Score(double truePositives, double falsePositives, double falseNegatives);

    private (double[] TruePositives, double[] FalsePositives, double[] FalseNegatives) ReadTotals() =>
        (_totals.Read(TruePositives), _totals.Read(FalsePositives), _totals.Read(FalseNegatives));

    // As in Keras' F1Score, several equal largest outputs are all predicted, and a row of zeros predicts nothing.
    private Tensor Predicted(Tensor yPred) =>
        Threshold is { } threshold ? yPred.IsGreaterThan(threshold) : yPred.ge(yPred.amax([-1], keepdim: true)).logical_and(yPred.abs().IsGreaterThan(1e-9));

    /// <summary>Computes whether each output is to be predicted, from zeros and ones or from integer labels.</summary>
    /// <param name="yTrue">The truth.</param>
    /// <param name="yPred">The model's output, (N, ..., classes).</param>
    /// <param name="owner">The class, for the message.</param>
    internal static Tensor Actual(Tensor yTrue, Tensor yPred, string owner)
    {
        if (Truth.SameShape(yTrue, yPred))
            return yTrue.IsNotZero();
        if (yPred.dim() < 2 || yPred.shape[^1] == 1)
            return Truth.Elementwise(yTrue, yPred, owner).IsNotZero();
        Tensor labels = Truth.Integers(yTrue, yPred, owner, $"the shape {TensorShape.Format(yPred.shape)}");
        return labels.unsqueeze(-1).eq(TorchMath.Arange(yPred.shape[^1], ScalarType.Int64, labels.device));
    }

    /// <inheritdoc/>
    internal sealed override void RequireOutput(TensorShape output) => RequireOutputs([1, .. output.Dims]);

    private void RequireOutputs(ReadOnlySpan<long> shape)
    {
        string owner = GetType().Name;
        if (shape.Length != 2)
            throw new ArgumentException($"{owner}: yPred must have the shape (N, classes), but was {TensorShape.Format(shape)}.");
        if (Threshold is null && shape[1] == 1)
            throw new ArgumentException($"{owner}: threshold must be given for one output unit, but was null with yPred {TensorShape.Format(shape)}.");
        if (ClassId >= shape[1])
            throw new ArgumentException($"{owner}: classId must be less than the number of classes, but was {ClassId} with yPred {TensorShape.Format(shape)}.");
    }
}
