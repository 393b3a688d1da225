using System.Text.Json.Nodes;
using CifarVision.Losses;

namespace CifarVision.Metrics;

/// <summary>
/// The mean of a loss over samples: what Keras offers as metrics named like its losses (<c>keras.metrics.CategoricalCrossentropy</c>). Unlike
/// <c>loss</c> in the logs it is without the penalties of regularizers.
/// </summary>
/// <remarks>
/// It is given the model's output. After a softmax those are probabilities, so a crossentropy clips them, even where training and
/// evaluation take the logits for their own loss.
/// </remarks>
public sealed class MeanLoss : MeanMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="loss">The loss, any of Keras' or your own.</param>
    /// <param name="name">By default the loss's, as <c>categorical_crossentropy</c>.</param>
    public MeanLoss(Loss loss, string? name = null)
        : base(name ?? NameOf(loss)) => Loss = loss;

    /// <summary>The loss whose mean is taken.</summary>
    public Loss Loss { get; }

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <summary>The settings of Keras' metric: those of the loss, without what only a loss has.</summary>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        foreach ((string key, JsonNode? value) in Loss.GetConfig())
        {
            bool onlyOfTheLoss = key is "name" or "reduction" or "ignore_class" || (key == "axis" && Loss is BinaryCrossentropy);
            if (!onlyOfTheLoss)
                config[key] = value?.DeepClone();
        }

        return config;
    }

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => Loss.SampleLosses(yTrue, yPred);

    private static string NameOf(Loss loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss.Name;
    }
}
