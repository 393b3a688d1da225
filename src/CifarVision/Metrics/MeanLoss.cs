using System.Text.Json.Nodes;
using CifarVision.Losses;

namespace CifarVision.Metrics;

/// <summary>
/// The mean of a loss over samples: Keras' metrics that are named like its losses (<c>keras.metrics.CategoricalCrossentropy</c>). Unlike <c>loss</c> in the
/// logs it excludes the penalties of regularizers.
/// </summary>
/// <remarks>
/// A crossentropy clips the probabilities that it is given. Beside a loss that is computed from the logits of a final softmax or sigmoid, Fit and
/// Evaluate compute it from the logits too, as Keras on TensorFlow does.
/// </remarks>
public sealed class MeanLoss : MeanMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="loss">The loss, of this library or your own.</param>
    /// <param name="name">The name; by default that of the loss, such as <c>categorical_crossentropy</c>.</param>
    public MeanLoss(Loss loss, string? name = null)
        : base(name ?? NameOf(loss)) => Loss = loss;

    /// <summary>The loss to average.</summary>
    public Loss Loss { get; }

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <summary>Returns the settings of Keras' metric: those of the loss, except the ones that only losses have.</summary>
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

    /// <summary>Adds a batch by the logits of what the loss takes as probabilities.</summary>
    internal void UpdateOnLogits(Tensor yTrue, Tensor logits)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Add(Loss.OnLogits()!.SampleLosses(yTrue, logits), sampleWeight: null);
        GC.KeepAlive((yTrue, logits, this));
    }

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => Loss.SampleLosses(yTrue, yPred);

    private static string NameOf(Loss loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss.Name;
    }
}
