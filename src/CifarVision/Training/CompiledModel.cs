using System.Text.Json.Nodes;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>The arguments of Compile.</summary>
/// <param name="Optimizer">Updates the weights.</param>
/// <param name="Losses">The loss of each output; null for an output that is not trained on.</param>
/// <param name="LossWeights">The factor of each loss in the sum; null for 1.</param>
/// <param name="Metrics">The metrics of each output.</param>
/// <param name="Precision">The dtype policy.</param>
/// <param name="Device">The device.</param>
/// <param name="Distribution">The distribution over processes.</param>
internal sealed record CompiledModel(
    Optimizer Optimizer,
    IReadOnlyList<Loss?> Losses,
    IReadOnlyList<double>? LossWeights,
    IReadOnlyList<IReadOnlyList<Metric>> Metrics,
    DTypePolicy Precision,
    Device Device,
    Distribution Distribution)
{
    /// <summary>What the file states of a model compiled by one and what changes no result, under Keras' keys, to be written again.</summary>
    public JsonObject Unused { get; set; } = [];
}
