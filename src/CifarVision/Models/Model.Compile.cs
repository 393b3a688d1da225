using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Training;

namespace CifarVision.Models;

public partial class Model
{
    /// <summary>The optimizer given to Compile, or null before it. Its learning rate can be read and set between steps.</summary>
    public Optimizer? Optimizer => _trainer.Compiled?.Optimizer;

    /// <summary>The arguments of Compile, or null before it.</summary>
    internal CompiledModel? Compiled => _trainer.Compiled;

    /// <summary>Configures the model for training. It is required before Fit and Evaluate, but not before Predict. It may be called again, and keeps the weights.</summary>
    /// <param name="optimizer">The optimizer, for example <c>new SGD(learningRate: 0.01)</c>.</param>
    /// <param name="loss">The loss to minimize; a model with several outputs has this loss on each. After a final softmax, a crossentropy on probabilities is computed from the logits.</param>
    /// <param name="metrics">Metrics to report in addition to the loss. Default none.</param>
    /// <param name="precision">
    /// The dtype policy of training, Evaluate and Predict; not saved. Default float32. <see cref="DTypePolicy.Auto"/> is mixed bfloat16 if the device has fast
    /// bfloat16 instructions, which is about twice as fast, else float32. On a processor without them, <see cref="DTypePolicy.MixedBFloat16"/> is about as fast as float32 and prints a
    /// warning on standard error, once.
    /// </param>
    /// <param name="device">The device. Default <see cref="TorchRuntime.DefaultDevice"/>.</param>
    /// <param name="distribution">The distribution over processes. Default a single process.</param>
    /// <exception cref="ArgumentException">A metric is called loss. Metrics of one name are numbered, as in Keras: accuracy, accuracy_1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The precision is invalid.</exception>
    public void Compile(
        Optimizer optimizer,
        Loss loss,
        IEnumerable<Metric>? metrics = null,
        DTypePolicy precision = DTypePolicy.Float32,
        Device? device = null,
        Distribution? distribution = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        IReadOnlyList<string> outputs = OutputNames;
        Metric[] all = [.. metrics ?? []];
        if (outputs.Count > 1 && all.Length > 0)
            throw new ArgumentException($"{Kind}: metrics must be given for each of the {outputs.Count} outputs. Call Compile with lists of losses and metrics.", nameof(metrics));
        IReadOnlyList<IReadOnlyList<Metric>> ofOutputs = outputs.Count > 1 ? [.. outputs.Select(_ => all)] : [all];
        Compile([.. outputs.Select(_ => loss)], null, ofOutputs, optimizer, precision, device, distribution);
    }

    /// <summary>Configures training of a model with several outputs.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="losses">The loss of each output, in the order of <see cref="Outputs"/>; null for an output that is not trained on.</param>
    /// <param name="lossWeights">The factor of each loss in the total loss. Default 1 each.</param>
    /// <param name="metrics">The metrics of each output; their keys begin with the output's name. Default none.</param>
    /// <param name="precision">The dtype policy of training, Evaluate and Predict; not saved. Default float32.</param>
    /// <param name="device">The device. Default <see cref="TorchRuntime.DefaultDevice"/>.</param>
    /// <param name="distribution">The distribution over processes. Default a single process.</param>
    /// <exception cref="ArgumentException">The lists do not have an entry for each output, or a metric has the key of a loss.</exception>
    [OverloadResolutionPriority(1)]
    public void Compile(
        Optimizer optimizer,
        IEnumerable<Loss?> losses,
        IEnumerable<double>? lossWeights = null,
        IEnumerable<IEnumerable<Metric>>? metrics = null,
        DTypePolicy precision = DTypePolicy.Float32,
        Device? device = null,
        Distribution? distribution = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(losses);
        Loss?[] all = RequireOnePerOutput<Loss?>([.. losses], nameof(losses));
        if (all.All(loss => loss is null))
            throw new ArgumentException($"{Kind}: losses must have at least one that is not null.", nameof(losses));
        double[]? factors = lossWeights is null ? null : RequireOnePerOutput([.. lossWeights], nameof(lossWeights));
        IReadOnlyList<Metric>[] ofOutputs = metrics is null
            ? [.. OutputNames.Select(_ => Array.Empty<Metric>())]
            : RequireOnePerOutput<IReadOnlyList<Metric>>([.. metrics.Select(list => list.ToArray())], nameof(metrics));
        Compile(all, factors, ofOutputs, optimizer, precision, device, distribution);
    }

    /// <summary>Applies the dtype policy and the device of Compile to a layer that is added to the model.</summary>
    private protected void ConfigureNew(Layer layer)
    {
        if (_trainer.Compiled is { } compiled)
            layer.Configure(compiled.Precision, compiled.Device);
    }

    // In mixed precision the output layers, and so softmax and loss, stay in float32.
    private protected void ApplyPrecision()
    {
        if (_trainer.Compiled?.Precision is not DTypePolicy.MixedBFloat16 || _graph is null)
            return;
        HashSet<Layer> last = [.. Graph.Outputs.Select(output => output.Node.Layer)];
        foreach (Layer layer in Layers)
            layer.Configure(last.Contains(layer) ? DTypePolicy.Float32 : DTypePolicy.MixedBFloat16, Device);
    }

    /// <summary>Compiles as a file says: each layer keeps the dtype policy that it has there.</summary>
    internal void CompileAsSaved(Optimizer optimizer, IReadOnlyList<Loss?> losses, IReadOnlyList<double>? lossWeights, IReadOnlyList<IReadOnlyList<Metric>> metrics) =>
        Compile(losses, lossWeights, metrics, optimizer, precision: null, device: null, distribution: null);

    // The name of an output is that of its layer. A Sequential has one output before it is built.
    internal IReadOnlyList<string> OutputNames => _graph is null ? ["output"] : [.. Graph.Outputs.Select(output => output.Name)];

    private void Compile(
        IReadOnlyList<Loss?> losses,
        IReadOnlyList<double>? lossWeights,
        IReadOnlyList<IReadOnlyList<Metric>> metrics,
        Optimizer optimizer,
        DTypePolicy? precision,
        Device? device,
        Distribution? distribution)
    {
        using ModelGate.Pass pass = EnterChange(nameof(Compile));
        if (metrics.Any(list => list.Contains(null!)))
            throw new ArgumentException($"{Kind}: metrics must hold no null. Leave it out.", nameof(metrics));
        foreach ((int output, IReadOnlyList<Metric> list) in metrics.Index())
        {
            foreach (Metric metric in IsBuilt ? list : [])
                metric.RequireOutput(OutputShapes[output]);
        }

        var figures = new RunningFigures(losses, metrics, OutputNames, Kind);
        device ??= TorchRuntime.DefaultDevice;
        RequireUsable(device);
        DTypePolicy resolved = BFloat16Support.OfThisProcess.Resolve(precision ?? DTypePolicy.Float32, device);
        if (precision is null)
            ConfigureAsSaved(device);
        else
            Configure(resolved, device);
        _trainer.Compile(new CompiledModel(optimizer, losses, lossWeights, metrics, resolved, device, distribution ?? Distribution.SingleProcess), figures);
        ApplyPrecision();
    }

    // Before anything is converted; a model that is not built has nothing to convert.
    private void RequireUsable(Device device)
    {
        try
        {
            torch.zeros(1, device: device).Dispose();
        }
        catch (ExternalException error)
        {
            throw new ArgumentException($"{Kind}: device must be one that torch can use here, but was {device}. Leave it out for the default.", nameof(device), error);
        }
    }

    private void ConfigureAsSaved(Device device)
    {
        foreach (Layer layer in Layers)
        {
            if (layer is Model inner)
                inner.ConfigureAsSaved(device);
            else
                layer.Configure(layer.SavedPolicy, device);
        }
    }

    private T[] RequireOnePerOutput<T>(T[] given, string argument) => given.Length == OutputNames.Count
        ? given
        : throw new ArgumentException($"{Kind}: {argument} must have an entry for each of the {OutputNames.Count} outputs ({string.Join(", ", OutputNames)}), but had {given.Length}.", argument);
}
