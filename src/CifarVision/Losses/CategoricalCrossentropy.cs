using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Losses;

/// <summary>
/// Crossentropy of one-hot labels or soft targets: <c>-sum(yTrue * log(p))</c> over the last axis.
/// Shapes: yTrue (N, classes), yPred (N, classes).
/// </summary>
/// <remarks>
/// As in Keras, probabilities are normalized, <c>p = yPred / sum(yPred)</c>, and clipped to [1e-7, 1 - 1e-7], with no gradient where clipped, so that the
/// smallest loss is 1.19e-7. For a model that ends with softmax, training and evaluation use its logits, as Keras does on TensorFlow
/// (<see cref="OnLogits"/>): the values agree where nothing is clipped, and the gradient does not vanish elsewhere.
/// </remarks>
public sealed class CategoricalCrossentropy : Loss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="fromLogits">Whether the model's output is logits, without softmax. Default false: probabilities.</param>
    /// <param name="labelSmoothing">
    /// From 0 to 1, default 0: targets become <c>y * (1 - labelSmoothing) + labelSmoothing / classes</c> (Szegedy et al. 2016, arXiv:1512.00567).
    /// </param>
    /// <param name="name">Default <c>categorical_crossentropy</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Label smoothing is outside [0, 1].</exception>
    public CategoricalCrossentropy(bool fromLogits = false, double labelSmoothing = 0, string? name = null)
        : base(name)
    {
        FromLogits = fromLogits;
        LabelSmoothing = Crossentropy.RequireSmoothing(labelSmoothing, nameof(CategoricalCrossentropy));
    }

    /// <summary>Whether the model's output is logits.</summary>
    public bool FromLogits { get; }

    /// <summary>The fraction of each target that is spread evenly over the classes.</summary>
    public double LabelSmoothing { get; }

    /// <inheritdoc/>
    public override Loss? OnLogits() => FromLogits ? this : new CategoricalCrossentropy(fromLogits: true, LabelSmoothing, Name);

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
        Tensor logProbabilities = Crossentropy.LogProbabilities(yPred, FromLogits, nameof(CategoricalCrossentropy));
        Tensor truth = Truth.OneHot(yTrue, yPred, nameof(CategoricalCrossentropy), nameof(SparseCategoricalCrossentropy));
        if (LabelSmoothing > 0)
            truth = truth.Multiply(1 - LabelSmoothing).Add(LabelSmoothing / yPred.shape[^1]);
        return -(truth * logProbabilities).sum(-1);
    }
}
