using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>What Compile was given.</summary>
/// <param name="Optimizer">Updates the weights.</param>
/// <param name="Losses">The loss of each output; null for an output that is not trained on.</param>
/// <param name="LossWeights">The factor of each loss in the sum; null for 1.</param>
/// <param name="Metrics">The metrics of each output.</param>
/// <param name="Precision">The number formats.</param>
/// <param name="Device">Where to compute.</param>
/// <param name="Distribution">Over which processes.</param>
internal sealed record CompiledModel(
    Optimizer Optimizer,
    IReadOnlyList<Loss?> Losses,
    IReadOnlyList<double>? LossWeights,
    IReadOnlyList<IReadOnlyList<Metric>> Metrics,
    DTypePolicy Precision,
    Device Device,
    Distribution Distribution);
