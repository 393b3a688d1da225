using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Losses;

/// <summary>
/// Crossentropy of one-hot labels or soft targets with less weight on samples that are already predicted well:
/// <c>-sum(alpha * (1 - p)^gamma * yTrue * log(p))</c> over the last axis. Shapes: yTrue (N, classes), yPred (N, classes).
/// </summary>
/// <remarks>
/// As in Keras, probabilities are normalized, <c>p = yPred / sum(yPred)</c>, and clipped to [1e-7, 1 - 1e-7], with no gradient where clipped. Unlike
/// <see cref="CategoricalCrossentropy"/>, the loss is computed from probabilities also for a model that ends with softmax, and with logits from their softmax.
/// Source: Lin, Goyal, Girshick, He, Dollár, "Focal loss for dense object detection", ICCV 2017.
/// </remarks>
public sealed class CategoricalFocalCrossentropy : Loss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="alpha">The weight of all classes, at least 0. Default 0.25.</param>
    /// <param name="gamma">The exponent, at least 0. Default 2; 0 gives the crossentropy times alpha.</param>
    /// <param name="fromLogits">Whether the model's output is logits, without softmax. Default false: probabilities.</param>
    /// <param name="labelSmoothing">From 0 to 1, default 0: targets become <c>y * (1 - labelSmoothing) + labelSmoothing / classes</c>.</param>
    /// <param name="name">Default <c>categorical_focal_crossentropy</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public CategoricalFocalCrossentropy(double alpha = 0.25, double gamma = 2, bool fromLogits = false, double labelSmoothing = 0, string? name = null)
        : this([alpha], gamma, fromLogits, labelSmoothing, name)
    {
    }

    /// <summary>Creates the loss with a weight for each class.</summary>
    /// <param name="alpha">The weight of each class, at least 0; a single one is that of all classes.</param>
    /// <param name="gamma">The exponent, at least 0. Default 2; 0 gives the crossentropy times alpha.</param>
    /// <param name="fromLogits">Whether the model's output is logits, without softmax. Default false: probabilities.</param>
    /// <param name="labelSmoothing">From 0 to 1, default 0: targets become <c>y * (1 - labelSmoothing) + labelSmoothing / classes</c>.</param>
    /// <param name="name">Default <c>categorical_focal_crossentropy</c>.</param>
    /// <exception cref="ArgumentException">There is no weight.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public CategoricalFocalCrossentropy(IReadOnlyList<double> alpha, double gamma = 2, bool fromLogits = false, double labelSmoothing = 0, string? name = null)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(alpha);
        if (alpha.Count == 0)
            throw new ArgumentException("CategoricalFocalCrossentropy: alpha must have a weight for each class, or one for all, but was empty.", nameof(alpha));
        Alpha = [.. alpha.Select(weight => Require.AtLeastZero(weight, this, nameof(alpha)))];
        (Gamma, FromLogits) = (Require.AtLeastZero(gamma, this), fromLogits);
        LabelSmoothing = Crossentropy.RequireSmoothing(labelSmoothing, nameof(CategoricalFocalCrossentropy));
    }

    /// <summary>The weight of each class, or a single one for all.</summary>
    public IReadOnlyList<double> Alpha { get; }

    /// <summary>The exponent.</summary>
    public double Gamma { get; }

    /// <summary>Whether the model's output is logits.</summary>
    public bool FromLogits { get; }

    /// <summary>The fraction of each target that is spread evenly over the classes.</summary>
    public double LabelSmoothing { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["from_logits"] = FromLogits;
        config["label_smoothing"] = LabelSmoothing;
        config["axis"] = -1;
        config["alpha"] = Alpha is [double one] ? one : new JsonArray([.. Alpha.Select(weight => JsonValue.Create(weight))]);
        config["gamma"] = Gamma;
        return config;
    }

    internal static CategoricalFocalCrossentropy FromConfig(KerasConfig config, string? name) => new(
        config.Only("axis", -1).Object("alpha") is JsonArray ? config.Required<double[]>("alpha", "a number or a list of numbers") : [config.Number("alpha", 0.25)],
        config.Number("gamma", 2),
        config.Flag("from_logits", false),
        config.Number("label_smoothing", 0),
        name);

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor p = Crossentropy.Probabilities(FromLogits && yPred.dim() > 1 ? F.softmax(yPred, -1) : yPred, nameof(CategoricalFocalCrossentropy));
        Tensor truth = Truth.OneHot(yTrue, yPred, nameof(CategoricalFocalCrossentropy), nameof(SparseCategoricalCrossentropy));
        if (LabelSmoothing > 0)
            truth = truth.Multiply(1 - LabelSmoothing).Add(LabelSmoothing / yPred.shape[^1]);
        Tensor focal = p.SubtractFrom(1.0).Power(Gamma) * truth * p.log();
        return -(Alpha is [double weight] ? focal.sum(-1).Multiply(weight) : (focal * Weights(p)).sum(-1));
    }

    private Tensor Weights(Tensor p)
    {
        if (Alpha.Count != p.shape[^1])
            throw new ArgumentException(FormattableString.Invariant($"CategoricalFocalCrossentropy: alpha must have a weight for each of the {p.shape[^1]} classes, or one for all, but was {Alpha.Count} weights."));
        return TorchMath.Vector(Alpha, p.dtype, p.device);
    }
}
