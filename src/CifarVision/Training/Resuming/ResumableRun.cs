using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Callbacks;
using CifarVision.Layers;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Formats;

namespace CifarVision.Training.Resuming;

/// <summary>
/// A call of Fit that can be resumed. This is the only place that collects and restores everything that training changes, so that a run continues in another
/// process as if it had not been interrupted.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="callbacks">The callbacks of the run.</param>
/// <param name="epochs">The source of batches.</param>
/// <param name="figures">The losses and metrics of the current epoch.</param>
/// <param name="device">The device of the totals.</param>
/// <param name="identify">Returns the facts that identify the run; called only if there are backups.</param>
/// <param name="distribution">The processes; rank 0 has the backups.</param>
internal sealed class ResumableRun(
    Layer model, CallbackList callbacks, Epochs epochs, RunningFigures figures, Device device, Func<RunIdentity> identify, Distribution distribution) : IDisposable
{
    private const string WeightsPlace = "weights/";
    private const string OptimizerPlace = "optimizer/";
    private const string MetricsPlace = "metrics/";
    private const string CallbacksPlace = "callbacks/";

    private readonly TrainingContext _context = callbacks.Context;
    private IDisposable? _reservation;
    private string? _file;
    private string? _copy;
    private RunState? _state;

    /// <summary>The first epoch of Fit.</summary>
    public int FirstEpoch => _state?.Epoch ?? _context.Parameters.InitialEpoch;

    /// <summary>The first step of an epoch: 0, except in the epoch that is resumed.</summary>
    public int FirstStep(int epoch) => epoch == _state?.Epoch ? _state.Step : 0;

    /// <summary>
    /// Looks for a backup if a callback of rank 0 keeps any, and checks that all processes began the same run. Called before callbacks start: a run that
    /// cannot be resumed is refused before any file is changed, and the run header shows the seed in use.
    /// </summary>
    /// <exception cref="InvalidDataException">No backup is complete, or the newest complete one belongs to another run.</exception>
    /// <exception cref="InvalidOperationException">The processes differ in a version, the model, the data or the seed.</exception>
    /// <exception cref="ArgumentException">There is more than one callback that keeps backups.</exception>
    public void FindBackup()
    {
        BackupAndRestore[] keepers = [.. _context.Callbacks.OfType<BackupAndRestore>()];
        if (keepers.Length == 0 && distribution.Size == 1)
            return;
        if (keepers.Length > 1)
            throw new ArgumentException($"BackupAndRestore: callbacks must hold one BackupAndRestore at most, but was {keepers.Length}.");
        RunIdentity identity = identify();
        if (distribution.Size > 1)
        {
            ReplicaCheck.RequireEqual(distribution, identity, _context);
            callbacks.OwnState = () => RankState.Of(model, figures).ToJson();
        }

        if (keepers.Length == 1)
        {
            _context.SaveBackup = (folder, epoch, step) => Save(folder, identity, epoch, step);
            _reservation = keepers[0].Folder.Reserve();
            _file = keepers[0].Folder.FindNewest();
        }

        _file = _copy = BackupCopy.Share(_file, distribution);
        if (_file is null)
            return;
        RunState state = BackupFolder.ReadState<RunState>(_file);
        Understand(() =>
        {
            identity.RequireSame(state.Identity, _file);
            state.RequireResumable(distribution.Size, _file);
            state.Require([.. LayerTree.Walk(model).Select(place => place.Path)], [.. LayerTree.Weights(model).Select(place => place.Path)], epochs.Steps);
            RequireCallbacks(state);
        });
        _state = state;
        _context.Shuffling!.GoTo(_state.Shuffling);
        _context.ResumedFrom = (_state.Epoch, _state.Step, _state.Processes);
    }

    /// <summary>
    /// Restores the backup, if there is one. Called after OnTrainBegin, and for a run resumed inside an epoch again after OnEpochBegin, since
    /// both reset state that the backup holds.
    /// </summary>
    public void Restore()
    {
        if (_file is null || _state is not { } state)
            return;
        // The weights come last, so that a backup that is refused leaves the model as it was.
        BackupFolder.ReadArrays(_file, arrays => Understand(() =>
        {
            RestoreCallbacks(state, Below(CallbacksPlace, arrays));
            Dictionary<string, StoredArray> metrics = Below(MetricsPlace, arrays);
            RankState? own = state.OfRank(distribution.Rank);
            figures.SetState(key => own?.Figure(key) ?? Read($"{key}/", metrics), device);
            _context.Shuffling!.GoTo(state.Shuffling);
            epochs.Place = state.Pass;
            WeightLayout weights = WeightLayout.ByPath(model);
            weights.RequireFit(Below(WeightsPlace, arrays), _file);
            RestoreOptimizer(state, Below(OptimizerPlace, arrays));
            weights.Load(Below(WeightsPlace, arrays), _file);
            foreach ((string path, Layer layer) in LayerTree.Walk(model))
                (layer.Trainable, layer.RandomPlace) = (state.Layers[path].Trainable, (own is null ? state.Layers[path].Random : own.Random[path]) ?? FirstPlace(layer, state));
        }));
        _context.Shuffling!.GoTo(state.Shuffling);
        epochs.Place = state.Pass;
        if (state.StopRequested)
            _context.StopTraining();
    }

    /// <summary>Releases the folder of backups, and removes the copy of a backup that another process has.</summary>
    public void Dispose()
    {
        _reservation?.Dispose();
        if (_copy is not null && distribution.Rank != 0)
            File.Delete(_copy);
    }

    private void Save(BackupFolder folder, RunIdentity identity, int epoch, int step)
    {
        using var scope = torch.NewDisposeScope();
        Optimizer optimizer = _context.Optimizer!;
        // Callbacks without state are not saved, so a resumed run may omit them.
        (string Key, JsonObject? State, IReadOnlyDictionary<string, NDArray> Arrays)[] states =
            [.. Callbacks().Select(pair => (pair.Key, State: pair.Callback.GetState(), Arrays: pair.Callback.GetStateArrays())).Where(callback => callback.State is not null || callback.Arrays.Count > 0)];
        Dictionary<Weight, string> paths = LayerTree.Weights(model).ToDictionary(place => place.Weight, place => place.Path);
        var state = new RunState(
            identity,
            epoch,
            step,
            _context.StopRequested,
            optimizer.Schedule is null ? optimizer.LearningRate : null,
            _context.Shuffling!.Seed,
            TorchRuntime.BegunStreams,
            _context.Shuffling!.Place,
            epochs.Place,
            LayerTree.Walk(model).ToDictionary(place => place.Path, place => new RunState.OfLayer(place.Layer.Trainable, place.Layer.RandomPlace)),
            [.. optimizer.BuiltFor.Select(weight => paths[weight])],
            states.ToDictionary(callback => callback.Key, callback => callback.State),
            distribution.Size,
            [.. callbacks.RankStates.Skip(1).Select(RankState.FromJson)]);
        folder.Write(state,
        [
            .. paths.Select(place => ($"{WeightsPlace}{place.Value}", place.Key.Value)),
            .. optimizer.Variables.Select((variable, i) => (FormattableString.Invariant($"{OptimizerPlace}{i}"), variable.Slot?.Invoke() ?? ToTensor(variable.Read()))),
            .. figures.GetState().SelectMany(figure => Named($"{MetricsPlace}{figure.Key}/", figure.State)),
            .. states.SelectMany(callback => Named($"{CallbacksPlace}{callback.Key}/", callback.Arrays)),
        ]);
    }

    private void RestoreOptimizer(RunState state, Dictionary<string, StoredArray> arrays)
    {
        Optimizer optimizer = _context.Optimizer!;
        Dictionary<string, Weight> weights = LayerTree.Weights(model).ToDictionary(place => place.Path, place => place.Weight);
        optimizer.SetState(
            [.. state.OptimizedWeights.Select(path => weights[path])],
            [.. Enumerable.Range(0, arrays.Count).Select(i => ArrayOf(i).Shape)],
            i => ArrayOf(i).Read());
        // The optimizer treats a rate from a file as rounded to float32; this is the exact number.
        if (state.LearningRate is { } rate)
            optimizer.LearningRate = rate;

        StoredArray ArrayOf(int number) => arrays[FormattableString.Invariant($"{number}")];
    }

    private void RequireCallbacks(RunState state)
    {
        string[] missing = [.. state.Callbacks.Keys.Except(Callbacks().Select(pair => pair.Key))];
        if (missing.Length > 0 && distribution.Rank == 0)
            throw new InvalidDataException($"BackupAndRestore: callbacks must hold {string.Join(", ", missing)}, as in the backup '{_file}', but did not. Give Fit the callbacks that it had.");
    }

    private void RestoreCallbacks(RunState state, Dictionary<string, StoredArray> arrays)
    {
        foreach ((string key, Callback callback) in Callbacks().Where(pair => state.Callbacks.ContainsKey(pair.Key)))
        {
            if (state.Callbacks[key] is { } json)
                callback.SetState(json.DeepClone().AsObject());
            callback.SetStateArrays(Read($"{key}/", arrays));
        }
    }

    // The checksum says that the file is whole, not who wrote it: what is missing or of another kind shows where it is used.
    private void Understand(Action read)
    {
        try
        {
            read();
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or KeyNotFoundException or NullReferenceException or IndexOutOfRangeException
            or FormatException or OverflowException or JsonException or ExternalException or InvalidCastException)
        {
            throw NotOfThisRun(error);
        }
        catch (InvalidDataException error) when (!error.Message.Contains(_file!, StringComparison.Ordinal))
        {
            throw NotOfThisRun(error);
        }
    }

    private InvalidDataException NotOfThisRun(Exception error) =>
        new($"BackupAndRestore: the backup '{_file}' must be one of this run, but: {error.Message} Give another backupDir to begin anew.", error);

    // By class and number, so that the progress bar may be added or left out.
    private IReadOnlyList<(string Key, Callback Callback)> Callbacks() =>
        [.. _context.Callbacks
            .Where(callback => callback is not (BackupAndRestore or ProgbarLogger))
            .GroupBy(callback => callback.GetType())
            .SelectMany(group => group.Select((callback, i) => (i == 0 ? group.Key.Name : FormattableString.Invariant($"{group.Key.Name}_{i}"), callback)))];

    // The stream that a layer without draws so far would have started in the process that made the backup.
    private static StreamPlace? FirstPlace(Layer layer, RunState state) => layer.HasOwnSeed
        ? null
        : new StreamPlace(TorchRuntime.StreamName(layer.Path, state.StreamsByName.GetValueOrDefault(layer.Path)), 0, state.Seed);

    private static IEnumerable<(string Name, Tensor Values)> Named(string place, IReadOnlyDictionary<string, NDArray> arrays) =>
        arrays.Select(pair => ($"{place}{pair.Key}", ToTensor(pair.Value)));

    private static Tensor ToTensor(NDArray array) => ArrayConversion.ToTensor(array, torch.CPU);

    private static Dictionary<string, StoredArray> Below(string place, IReadOnlyDictionary<string, StoredArray> arrays) =>
        arrays.Where(pair => pair.Key.StartsWith(place, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[place.Length..], pair => pair.Value);

    private static Dictionary<string, NDArray> Read(string place, IReadOnlyDictionary<string, StoredArray> arrays) =>
        Below(place, arrays).ToDictionary(pair => pair.Key, pair => pair.Value.Read());
}
