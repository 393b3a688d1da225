using System.Text.Json.Nodes;
using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Losses;

/// <summary>
/// Binary crossentropy of each output with less weight on outputs that are already predicted well: the mean of <c>(1 - q)^gamma * crossentropy</c> over the
/// outputs, where q is <c>y * p + (1 - y) * (1 - p)</c>. Shapes: yTrue (N, outputs), yPred (N, outputs); for one output yTrue may be (N).
/// </summary>
/// <remarks>
/// The crossentropy is that of <see cref="BinaryCrossentropy"/>: computed from probabilities clipped to [1e-7, 1 - 1e-7], and for a model that ends with a
/// sigmoid from its logits, as Keras does on TensorFlow.
/// Source: Lin, Goyal, Girshick, He, Dollár, "Focal loss for dense object detection", ICCV 2017.
/// </remarks>
public sealed class BinaryFocalCrossentropy : Loss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="applyClassBalancing">Whether to weigh class 1 with <paramref name="alpha"/> and class 0 with <c>1 - alpha</c>. Default false.</param>
    /// <param name="alpha">The weight of class 1, at least 0. Default 0.25.</param>
    /// <param name="gamma">The exponent, at least 0. Default 2; 0 gives the crossentropy.</param>
    /// <param name="fromLogits">Whether the model's output is logits, without sigmoid. Default false: probabilities.</param>
    /// <param name="labelSmoothing">From 0 to 1, default 0: targets become <c>y * (1 - labelSmoothing) + labelSmoothing / 2</c>.</param>
    /// <param name="name">Default <c>binary_focal_crossentropy</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public BinaryFocalCrossentropy(
        bool applyClassBalancing = false, double alpha = 0.25, double gamma = 2, bool fromLogits = false, double labelSmoothing = 0, string? name = null)
        : base(name)
    {
        (ApplyClassBalancing, FromLogits) = (applyClassBalancing, fromLogits);
        (Alpha, Gamma) = (Require.AtLeastZero(alpha, this), Require.AtLeastZero(gamma, this));
        LabelSmoothing = Crossentropy.RequireSmoothing(labelSmoothing, nameof(BinaryFocalCrossentropy));
    }

    /// <summary>Whether the classes are weighed by <see cref="Alpha"/>.</summary>
    public bool ApplyClassBalancing { get; }

    /// <summary>The weight of class 1; that of class 0 is <c>1 - Alpha</c>.</summary>
    public double Alpha { get; }

    /// <summary>The exponent.</summary>
    public double Gamma { get; }

    /// <summary>Whether the model's output is logits.</summary>
    public bool FromLogits { get; }

    /// <summary>The fraction of each target that is replaced by one half.</summary>
    public double LabelSmoothing { get; }

    /// <summary>Returns the same loss for a model without its final sigmoid; null with <see cref="FromLogits"/>, because Keras then takes the probabilities as logits.</summary>
    public override Loss? OnLogits() => FromLogits ? null : new BinaryFocalCrossentropy(ApplyClassBalancing, Alpha, Gamma, fromLogits: true, LabelSmoothing, Name);

    /// <inheritdoc/>
    internal override bool TakesSigmoid => true;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["from_logits"] = FromLogits;
        config["label_smoothing"] = LabelSmoothing;
        config["axis"] = -1;
        config["apply_class_balancing"] = ApplyClassBalancing;
        config["alpha"] = Alpha;
        config["gamma"] = Gamma;
        return config;
    }

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor truth = Truth.Elementwise(yTrue, yPred, nameof(BinaryFocalCrossentropy));
        if (LabelSmoothing > 0)
            truth = truth.Multiply(1 - LabelSmoothing).Add(LabelSmoothing / 2);
        Tensor others = truth.SubtractFrom(1.0);
        Tensor p = FromLogits ? torch.sigmoid(yPred) : yPred;
        Tensor crossentropy = FromLogits
            ? F.binary_cross_entropy_with_logits(yPred, truth, reduction: torch.nn.Reduction.None)
            : F.binary_cross_entropy(p.Clamp(Crossentropy.Epsilon, 1 - Crossentropy.Epsilon), truth, reduction: torch.nn.Reduction.None);
        Tensor probabilityOfTruth = (truth * p).Add(others * p.SubtractFrom(1.0));
        Tensor focal = probabilityOfTruth.SubtractFrom(1.0).Power(Gamma) * crossentropy;
        return ApplyClassBalancing ? truth.Multiply(Alpha).Add(others.Multiply(1 - Alpha)) * focal : focal;
    }
}
