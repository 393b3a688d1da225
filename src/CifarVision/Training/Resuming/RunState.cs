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
/// <param name="Processes">The number of processes.</param>
/// <param name="OtherRanks">The states of the processes after rank 0, inside an epoch.</param>
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
    IReadOnlyDictionary<string, JsonObject?> Callbacks,
    int Processes = 1,
    IReadOnlyList<RankState>? OtherRanks = null)
{
    /// <summary>Returns the state of a process that rank 0 does not share; null if there is none.</summary>
    public RankState? OfRank(int rank) => rank == 0 || OtherRanks is not { Count: > 0 } ? null : OtherRanks[rank - 1];

    /// <summary>Checks that so many processes can resume the run.</summary>
    /// <exception cref="InvalidDataException">The backup was made inside an epoch by another number of processes.</exception>
    public void RequireResumable(int processes, string file)
    {
        if (Step > 0 && processes != Processes)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"BackupAndRestore: the backup '{file}' was made inside an epoch, so the number of processes must be {Processes}, but was {processes}. Start {Processes}, or go on from a backup made at the end of an epoch."));
        }
    }

    /// <summary>Checks what the file's form leaves open: a checksum says that a file is whole, not that a run wrote it.</summary>
    /// <param name="layers">The paths of the model's layers.</param>
    /// <param name="weights">The paths of its weights.</param>
    /// <param name="steps">The number of steps in an epoch.</param>
    /// <exception cref="ArgumentException">A layer or a fact is missing, or a position lies outside the run.</exception>
    public void Require(IReadOnlyCollection<string> layers, IReadOnlyCollection<string> weights, int steps)
    {
        if (Epoch < 0 || Step < 0 || Step > steps)
            throw new ArgumentException(FormattableString.Invariant($"RunState: epoch and step must be from 0, and the step at most {steps}, but were {Epoch} and {Step}."));
        if (Identity.Facts.FirstOrDefault(fact => fact.Value is null).Key is { } empty)
            throw new ArgumentException($"RunState: the fact '{empty}' must be a text, but was null.");
        if (layers.FirstOrDefault(path => Layers.GetValueOrDefault(path) is null) is { } missing)
            throw new ArgumentException($"RunState: the layer {missing} must be among those of the backup ({string.Join(", ", Layers.Keys)}), but was not.");
        if (OptimizedWeights.FirstOrDefault(path => !weights.Contains(path)) is { } strange)
            throw new ArgumentException($"RunState: the optimizer's weights must be weights of the model, but {strange} is not.");
    }

    /// <summary>The state of a layer other than weights.</summary>
    /// <param name="Trainable">Whether the layer is trainable.</param>
    /// <param name="Random">The position in its random stream; null if it has drawn no numbers.</param>
    internal sealed record OfLayer(bool Trainable, StreamPlace? Random);
}
