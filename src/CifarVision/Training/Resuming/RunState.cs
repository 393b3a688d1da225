using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Training.Resuming;

/// <summary>The state of a run without its arrays: the JSON part of a backup.</summary>
/// <param name="Identity">The facts that identify the run.</param>
/// <param name="Epoch">The epoch to resume at, from 0.</param>
/// <param name="Step">The step of the epoch to resume at; 0 if the epoch has not begun.</param>
/// <param name="StopRequested">Whether a callback has requested a stop.</param>
/// <param name="LearningRate">The rate; null if there is a schedule.</param>
/// <param name="Seed">The seed of the run's random numbers.</param>
/// <param name="StreamsByName">The number of random streams started under each name.</param>
/// <param name="Shuffling">The position of the stream that orders the samples.</param>
/// <param name="Pass">The position in the pass over the data.</param>
/// <param name="Layers">The state of each layer other than weights, by path.</param>
/// <param name="OptimizedWeights">The paths of the weights that have optimizer state.</param>
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
    /// <summary>The state of a layer other than weights.</summary>
    /// <param name="Trainable">Whether the layer is trainable.</param>
    /// <param name="Random">The position in its random stream; null if it has drawn no numbers.</param>
    internal sealed record OfLayer(bool Trainable, StreamPlace? Random);
}
