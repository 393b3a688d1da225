using System.Text.Json.Nodes;
using CifarVision.Losses;
using CifarVision.Runtime;

namespace CifarVision.Metrics;

/// <summary>
/// The area under the ROC or precision-recall curve, approximated from the counts at a number of thresholds. Shapes: yTrue (N, labels) of zeros and ones or
/// integers (N) or (N, 1), yPred (N, labels); for one output yTrue may be (N). Without <c>multiLabel</c>, all outputs are taken as one label.
/// </summary>
public sealed class AUC : Metric
{
    private const string Positives = "positives";
    private const string Negatives = "negatives";

    // Keras' tolerance for evenly distributed thresholds.
    private const double Tolerance = 1e-7;

    private readonly DeviceTotals _totals = new(nameof(AUC), Positives, Negatives);
    private readonly bool _isEven;

    /// <summary>Creates the metric.</summary>
    /// <param name="numThresholds">The number of thresholds, at least 2: one below 0, one above 1, and the others evenly between. Default 200.</param>
    /// <param name="curve">The curve. Default <see cref="AUCCurve.ROC"/>.</param>
    /// <param name="summationMethod">How the area between two thresholds is approximated. Default <see cref="AUCSummationMethod.Interpolation"/>.</param>
    /// <param name="thresholds">The thresholds between the first and the last, from 0 to 1, instead of a number. Default evenly distributed.</param>
    /// <param name="multiLabel">Whether the outputs are labels whose areas are averaged. Default false.</param>
    /// <param name="numLabels">The number of labels, with <paramref name="multiLabel"/> only. Default that of the first batch.</param>
    /// <param name="labelWeights">The weight of each label, at least 0: in the average with <paramref name="multiLabel"/>, of the counts otherwise. Default none.</param>
    /// <param name="fromLogits">Whether the model's output is logits, without sigmoid. Default false: probabilities.</param>
    /// <param name="name">Default <c>auc</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range, or the curve or the method is invalid.</exception>
    /// <exception cref="ArgumentException">The number of labels is given without <paramref name="multiLabel"/>, or differs from that of the weights.</exception>
    public AUC(
        int numThresholds = 200,
        AUCCurve curve = AUCCurve.ROC,
        AUCSummationMethod summationMethod = AUCSummationMethod.Interpolation,
        IReadOnlyList<double>? thresholds = null,
        bool multiLabel = false,
        int? numLabels = null,
        IReadOnlyList<double>? labelWeights = null,
        bool fromLogits = false,
        string? name = null)
        : base(name ?? "auc")
    {
        NumThresholds = thresholds is null ? Require.AtLeast(2, numThresholds, this) : thresholds.Count + 2;
        (Curve, SummationMethod, MultiLabel, FromLogits) = (Require.Defined(curve, this), Require.Defined(summationMethod, this), multiLabel, fromLogits);
        Thresholds = thresholds is null ? null : [.. thresholds.Select(threshold => Require.Fraction(threshold, this, nameof(thresholds))).Order()];
        LabelWeights = labelWeights is null ? null : [.. labelWeights.Select(weight => Require.AtLeastZero(weight, this, nameof(labelWeights)))];
        NumLabels = numLabels is { } labels ? Require.AtLeast(1, labels, this, nameof(numLabels)) : null;
        if (numLabels is not null && !multiLabel)
            throw new ArgumentException($"AUC: numLabels must be null without multiLabel, but was {numLabels}. Give it with multiLabel: true only.", nameof(numLabels));
        if (numLabels is not null && labelWeights is not null && labelWeights.Count != numLabels)
            throw new ArgumentException($"AUC: labelWeights must have a weight for each of the {numLabels} labels, but was {labelWeights.Count} weights.", nameof(labelWeights));
        _isEven = Thresholds is null || AreEven([0, .. Thresholds, 1]);
    }

    /// <summary>The number of thresholds, with the one below 0 and the one above 1.</summary>
    public int NumThresholds { get; }

    /// <summary>The curve.</summary>
    public AUCCurve Curve { get; }

    /// <summary>How the area between two thresholds is approximated.</summary>
    public AUCSummationMethod SummationMethod { get; }

    /// <summary>The thresholds between the first and the last, in ascending order; null if they are evenly distributed.</summary>
    public IReadOnlyList<double>? Thresholds { get; }

    /// <summary>Whether the outputs are labels whose areas are averaged.</summary>
    public bool MultiLabel { get; }

    /// <summary>The number of labels as given, or null.</summary>
    public int? NumLabels { get; }

    /// <summary>The weight of each label; null for equal weights.</summary>
    public IReadOnlyList<double>? LabelWeights { get; }

    /// <summary>Whether the model's output is logits.</summary>
    public bool FromLogits { get; }

    /// <inheritdoc/>
    public override void Update(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        RequireOutputs(yPred.shape);
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Tensor outputs = SampleValues.AtLeastFloat32(yPred);
        Tensor passed = Passed(FromLogits ? torch.sigmoid(outputs) : outputs);
        Tensor actual = ClassScore.Actual(yTrue, outputs, nameof(AUC)).to(outputs.dtype);
        Tensor weights = Weights(outputs, sampleWeight);
        AddTo(Positives, passed, actual * weights);
        AddTo(Negatives, passed, actual.SubtractFrom(1.0) * weights);
        GC.KeepAlive((yTrue, yPred, sampleWeight, this));
    }

    /// <inheritdoc/>
    public override double Result()
    {
        if (_totals.IsEmpty)
            return 0;
        (double[] positives, double[] negatives) = (_totals.Read(Positives), _totals.Read(Negatives));
        int labels = positives.Length / (NumThresholds + 1);
        double[] areas = [.. Enumerable.Range(0, labels).Select(label => new ThresholdTotals(Column(positives, label, labels), Column(negatives, label, labels)).Area(Curve, SummationMethod))];
        double[] weights = [.. MultiLabel && LabelWeights is not null ? LabelWeights : Enumerable.Repeat(1.0, labels)];
        double sum = weights.Sum();
        double area = sum == 0 ? 0 : areas.Zip(weights, (value, weight) => value * weight).Sum() / sum;
        return _totals.TypeOf(Positives) == ScalarType.Float64 ? area : (float)area;
    }

    /// <inheritdoc/>
    public override void Reset() => _totals.Clear();

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, NDArray> GetState() => _totals.GetState();

    /// <inheritdoc/>
    public override void SetState(IReadOnlyDictionary<string, NDArray> state) => _totals.SetState(state);

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["num_thresholds"] = NumThresholds;
        config["curve"] = Curve.ToString();
        config["summation_method"] = SummationMethod.ToString().ToLowerInvariant();
        config["multi_label"] = MultiLabel;
        config["num_labels"] = NumLabels;
        config["label_weights"] = ToKeras(LabelWeights);
        config["from_logits"] = FromLogits;
        if (Thresholds is not null)
            config["thresholds"] = ToKeras(Thresholds);
        return config;
    }

    /// <inheritdoc/>
    internal override void RequireOutput(TensorShape output) => RequireOutputs([1, .. output.Dims]);

    private static bool AreEven(double[] all) =>
        all.Length > 2 && all.Index().All(threshold => Math.Abs(threshold.Item - ((float)threshold.Index / (all.Length - 1))) <= Tolerance + (1e-5 * threshold.Index / (all.Length - 1)));

    private static JsonArray? ToKeras(IReadOnlyList<double>? numbers) => numbers is null ? null : [.. numbers.Select(number => JsonValue.Create(number))];

    private static double[] Column(double[] values, int column, int columns) => [.. values.Where((_, i) => i % columns == column)];

    // How many thresholds each output is above, the first of which is below 0 and the last above 1.
    private Tensor Passed(Tensor p)
    {
        if (_isEven)
            return p.Clamp(0.0, 1).Multiply(NumThresholds - 1.0).ceil().to(ScalarType.Int64).Clamp(1, NumThresholds - 1);
        Tensor passed = p.IsGreaterThan(-Tolerance).to(ScalarType.Int64);
        foreach (double threshold in Thresholds!.Append(1 + Tolerance))
            passed = passed.Add(p.IsGreaterThan(threshold).to(ScalarType.Int64));
        return passed;
    }

    private Tensor Weights(Tensor outputs, Tensor? sampleWeight)
    {
        Tensor weights = torch.ones_like(outputs);
        if (sampleWeight is not null)
            weights *= SampleValues.Weights(sampleWeight, outputs, nameof(AUC)).reshape([outputs.shape[0], .. Enumerable.Repeat(1L, outputs.shape.Length - 1)]);
        return LabelWeights is not null && !MultiLabel ? weights * TorchMath.Vector(LabelWeights, outputs.dtype, outputs.device) : weights;
    }

    private void AddTo(string total, Tensor passed, Tensor weights)
    {
        long[] shape = MultiLabel ? [NumThresholds + 1, passed.shape[1]] : [NumThresholds + 1];
        Tensor counts = torch.zeros(shape, weights.dtype, weights.device);
        _totals.Add(total, MultiLabel ? counts.scatter_add_(0, passed, weights) : counts.scatter_add_(0, passed.flatten(), weights.flatten()));
    }

    private void RequireOutputs(ReadOnlySpan<long> shape)
    {
        if (MultiLabel && (shape.Length != 2 || (NumLabels is { } labels && shape[1] != labels)))
            throw new ArgumentException($"AUC: yPred must have the shape (N, {(NumLabels is null ? "labels" : FormattableString.Invariant($"{NumLabels}"))}) with multiLabel, but was {TensorShape.Format(shape)}.");
        if (LabelWeights is not null && shape[^1] != LabelWeights.Count)
            throw new ArgumentException($"AUC: labelWeights must have a weight for each of the {shape[^1]} outputs, but was {LabelWeights.Count} weights.");
    }
}
