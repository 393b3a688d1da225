using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Training.Resuming;

/// <summary>The state of a run, but for its arrays: what a backup holds as JSON.</summary>
/// <param name="Identity">What the run is of.</param>
/// <param name="Epoch">The epoch to go on with, from 0.</param>
/// <param name="Step">The step of the epoch to go on with; 0 if it has not begun.</param>
/// <param name="StopRequested">Whether a callback has stopped the run, which only waits for its end.</param>
/// <param name="LearningRate">The rate; null where a schedule gives it.</param>
/// <param name="Seed">The seed of the run's random numbers.</param>
/// <param name="StreamsByName">How many random streams of each name were begun.</param>
/// <param name="Shuffling">Where the stream that orders the samples is.</param>
/// <param name="Pass">Where the pass over the data is.</param>
/// <param name="Layers">Of each layer, by path, what is no weight.</param>
/// <param name="OptimizedWeights">The paths of the weights that the optimizer keeps state for.</param>
/// <param name="Callbacks">The callbacks' states, by class and number.</param>
internal sealed record RunState(
    RunIdentity Identity,
    int Epoch,
    int Step,
    bool StopRequested,
    double? LearningRate,
    long Seed,
    IReadOnlyDictionary<string, int> StreamsByName,
    StreamPlace Shuffling,
    PassPlace? Pass,
    IReadOnlyDictionary<string, RunState.OfLayer> Layers,
    IReadOnlyList<string> OptimizedWeights,
    IReadOnlyDictionary<string, JsonObject?> Callbacks)
{
    /// <summary>What a layer has beside weights.</summary>
    /// <param name="Trainable">Whether training changes it.</param>
    /// <param name="Random">Where its random numbers are; null if it has drawn none.</param>
    internal sealed record OfLayer(bool Trainable, StreamPlace? Random);
}
