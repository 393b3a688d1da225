using System.Text.Json.Nodes;
using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Losses;

/// <summary>
/// Binary crossentropy of each output: the mean of <c>-(y * log(p) + (1 - y) * log(1 - p))</c> over the outputs.
/// Shapes: yTrue (N, outputs), yPred (N, outputs); for one output yTrue may be (N).
/// </summary>
/// <remarks>
/// Probabilities are clipped to [1e-7, 1 - 1e-7], with no gradient where clipped; they are not divided by their sum. For a model that ends with a sigmoid,
/// training and evaluation use its logits, as Keras does on TensorFlow (<see cref="OnLogits"/>): the values agree where nothing is clipped, and the gradient
/// does not vanish elsewhere.
/// </remarks>
public sealed class BinaryCrossentropy : Loss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="fromLogits">Whether the model's output is logits, without sigmoid. Default false: probabilities.</param>
    /// <param name="labelSmoothing">From 0 to 1, default 0: targets become <c>y * (1 - labelSmoothing) + labelSmoothing / 2</c>.</param>
    /// <param name="name">Default <c>binary_crossentropy</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Label smoothing is outside [0, 1].</exception>
    public BinaryCrossentropy(bool fromLogits = false, double labelSmoothing = 0, string? name = null)
        : base(name)
    {
        FromLogits = fromLogits;
        LabelSmoothing = Crossentropy.RequireSmoothing(labelSmoothing, nameof(BinaryCrossentropy));
    }

    /// <summary>Whether the model's output is logits.</summary>
    public bool FromLogits { get; }

    /// <summary>The fraction of each target that is replaced by one half.</summary>
    public double LabelSmoothing { get; }

    /// <inheritdoc/>
    public override Loss? OnLogits() => FromLogits ? this : new BinaryCrossentropy(fromLogits: true, LabelSmoothing, Name);

    /// <inheritdoc/>
    internal override bool TakesSigmoid => true;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["from_logits"] = FromLogits;
        config["label_smoothing"] = LabelSmoothing;
        config["axis"] = -1;
        return config;
    }

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor truth = Truth.Elementwise(yTrue, yPred, nameof(BinaryCrossentropy));
        if (LabelSmoothing > 0)
            truth = truth.Multiply(1 - LabelSmoothing).Add(LabelSmoothing / 2);
        return FromLogits
            ? F.binary_cross_entropy_with_logits(yPred, truth, reduction: torch.nn.Reduction.None)
            : F.binary_cross_entropy(yPred.Clamp(Crossentropy.Epsilon, 1 - Crossentropy.Epsilon), truth, reduction: torch.nn.Reduction.None);
    }
}
