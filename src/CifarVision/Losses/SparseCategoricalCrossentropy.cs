using System.Text.Json.Nodes;

namespace CifarVision.Losses;

/// <summary>
/// Crossentropy of integer labels: <c>-log(p[label])</c>. Shapes: yTrue (N) or (N, 1) of any integer type, yPred (N, classes); or labels of pixels, (N, H, W) or
/// (N, H, W, 1), for (N, H, W, classes).
/// </summary>
/// <remarks>
/// Computed by the rules of <see cref="CategoricalCrossentropy"/>, without one-hot rows. Keras' <c>ignore_class</c> is not supported: give such samples a
/// weight of 0.
/// </remarks>
public sealed class SparseCategoricalCrossentropy : Loss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="fromLogits">Whether the model's output is logits, without softmax. Default false: probabilities.</param>
    /// <param name="name">Default <c>sparse_categorical_crossentropy</c>.</param>
    public SparseCategoricalCrossentropy(bool fromLogits = false, string? name = null)
        : base(name) => FromLogits = fromLogits;

    /// <summary>Whether the model's output is logits.</summary>
    public bool FromLogits { get; }

    /// <inheritdoc/>
    public override bool WantsOneHot => false;

    /// <inheritdoc/>
    public override Loss? OnLogits() => FromLogits ? this : new SparseCategoricalCrossentropy(fromLogits: true, Name);

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["from_logits"] = FromLogits;
        config["ignore_class"] = null;
        return config;
    }

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor logProbabilities = Crossentropy.LogProbabilities(yPred, FromLogits, nameof(SparseCategoricalCrossentropy));
        Tensor labels = Truth.Integers(yTrue, yPred, nameof(SparseCategoricalCrossentropy), nameof(CategoricalCrossentropy));
        return -logProbabilities.gather(-1, labels.unsqueeze(-1)).squeeze(-1);
    }
}
