using CifarVision.Callbacks;
using CifarVision.Graphs;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>Keras' training loop for any model: Fit, Evaluate, Predict and single steps. It knows a model as a layer and an execution plan.</summary>
/// <param name="model">The model.</param>
/// <param name="plan">Plans its execution for the losses of its outputs.</param>
/// <param name="save">Saves the whole model to a path, for callbacks.</param>
/// <param name="saveWeights">Saves the weights to a path, for callbacks.</param>
internal sealed partial class Trainer(
    Layer model, Func<IReadOnlyList<Loss?>, ExecutionPlan> plan, Action<string> save, Action<string> saveWeights) : IDisposable
{
    private readonly NamedStream _shuffling = new(() => TorchRuntime.NewStream($"{model.Path}/shuffling"));
    private CompiledModel? _compiled;
    private RunningFigures _figures = new([], [], [], "");
    private ExecutionPlan? _plan;
    private BackwardPass? _backward;
    private bool _areReplicasEqual;
    private CallbackList? _fitCallbacks;

    /// <summary>The arguments of Compile; null before it.</summary>
    public CompiledModel? Compiled => _compiled;

    private ExecutionPlan Plan => _plan ??= plan(RequireCompiled("Training").Losses);

    /// <summary>Which operations of the model may overlap.</summary>
    public ModelGate Gate { get; } = new(model.GetType().Name);

    private BackwardPass Backward => _backward ??= new BackwardPass(Kind, () => Distribution.Rank == 0 ? Console.Error : TextWriter.Null);

    // A hook runs on rank 0 alone, and another thread at a time of its own: what they call computes without the other processes.
    private Distribution Distribution => _compiled is null || _fitCallbacks is { IsCalling: true } || Gate.IsFittingElsewhere
        ? Distribution.SingleProcess
        : _compiled.Distribution;

    private RandomStream Shuffling => _shuffling.Value;

    private string Kind => model.GetType().Name;

    private ScalarType FloatType => _compiled?.Precision == DTypePolicy.Float64 ? ScalarType.Float64 : ScalarType.Float32;

    private Device Device => _compiled?.Device ?? TorchRuntime.DefaultDevice;

    /// <summary>Sets the arguments of Compile, and resets the losses and metrics of an earlier Compile.</summary>
    public void Compile(CompiledModel compiled, RunningFigures figures)
    {
        _figures.Reset();
        _shuffling.Reserve();
        model.ReserveStreams();
        (_compiled, _figures, _plan, _areReplicasEqual, _checkedShapes) = (compiled, figures, null, false, "");
    }

    /// <summary>Plans again after layers were added or removed.</summary>
    public void GraphChanged() => (_plan, _checkedShapes) = (null, "");

    /// <summary>Resets the metrics and the mean of the loss; Fit, Evaluate and single steps do so themselves.</summary>
    public void ResetMetrics()
    {
        using ModelGate.Pass pass = Gate.EnterEvaluate();
        _figures.Reset();
    }

    /// <exception cref="InvalidOperationException">Compile was not called.</exception>
    public CompiledModel RequireCompiled(string verb) => _compiled
        ?? throw new InvalidOperationException($"{Kind}: {verb} must come after Compile. Call Compile(optimizer, loss, metrics) first.");

    /// <summary>Frees the optimizer's slots.</summary>
    public void Dispose()
    {
        _compiled?.Optimizer.ReleaseSlots();
        _figures.Reset();
    }

    // The weights are those of rank 0 when a run begins. Single steps begin a run once after Compile.
    private void ShareWeights()
    {
        Replicas.ShareWeights(Distribution, model);
        _areReplicasEqual = true;
    }

    private CallbackList StartCallbacks(
        IReadOnlyList<Callback> callbacks, TrainingParameters parameters, RandomStream? shuffling = null, CancellationToken cancellationToken = default)
    {
        if (callbacks.Contains(null!))
            throw new ArgumentException($"{Kind}: callbacks must hold no null. Leave it out.", nameof(callbacks));
        Distribution distribution = Distribution;
        if (distribution.Rank != 0)
            callbacks = [.. callbacks.OfType<HistoryRecorder>()];
        bool silent = distribution.Rank != 0 || parameters.Verbose == 0 || callbacks.Any(callback => callback is ProgbarLogger);
        // The backup is made after all other callbacks.
        Callback[] all = [.. (silent ? callbacks : callbacks.Append(new ProgbarLogger())).OrderBy(callback => callback is BackupAndRestore)];
        var context = new TrainingContext(model, _compiled?.Optimizer, _figures.LossKeys, _figures.Metrics, all, parameters, shuffling, save, saveWeights)
        {
            Precision = _compiled?.Precision ?? DTypePolicy.Float32,
            Cancellation = cancellationToken,
            Processes = distribution.Size,
        };
        return new CallbackList(all, context, distribution.Size == 1 ? null : new Replicas(distribution, model, context));
    }
}
