using System.Runtime.CompilerServices;
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

    /// <summary>What Compile was given, or null before it.</summary>
    internal CompiledModel? Compiled => _trainer.Compiled;

    /// <summary>Configures training: required before Fit and Evaluate, not before Predict. May be called again; weights stay.</summary>
    /// <param name="optimizer">How weights change, as <c>new SGD(learningRate: 0.01)</c>.</param>
    /// <param name="loss">The loss to minimize. After a last softmax a crossentropy on probabilities is computed from the logits. With several outputs, the loss of each.</param>
    /// <param name="metrics">Metrics to report beside the loss. Default none.</param>
    /// <param name="precision">
    /// The dtypes of training, Evaluate and Predict; not saved. Default float32. <see cref="DTypePolicy.Auto"/> is mixed bfloat16 where
    /// the device has instructions for it, which is about twice as fast. Asked for by name where there are none, mixed bfloat16 is about as fast
    /// as float32, and a line on standard error says so, once.
    /// </param>
    /// <param name="device">Where to compute. Default <see cref="TorchRuntime.DefaultDevice"/>.</param>
    /// <param name="distribution">Over which processes to train. Default this one alone.</param>
    /// <exception cref="ArgumentException">Two metrics have one name, or one is called loss.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Precision is none of <see cref="DTypePolicy"/>.</exception>
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
    /// <param name="optimizer">How weights change.</param>
    /// <param name="losses">The loss of each output, in the order of <see cref="Outputs"/>; null for an output that is not trained on.</param>
    /// <param name="lossWeights">The factor of each loss in the sum that is minimized. Default 1 each.</param>
    /// <param name="metrics">The metrics of each output; their keys begin with the output's name. Default none.</param>
    /// <param name="precision">The dtypes of training, Evaluate and Predict; not saved. Default float32.</param>
    /// <param name="device">Where to compute. Default <see cref="TorchRuntime.DefaultDevice"/>.</param>
    /// <param name="distribution">Over which processes to train. Default this one alone.</param>
    /// <exception cref="ArgumentException">The lists do not have an entry for each output, or two metrics of an output have one name.</exception>
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

    /// <summary>Gives a layer that joins the model the dtypes and the device of Compile.</summary>
    private protected void ConfigureNew(Layer layer)
    {
        if (_trainer.Compiled is { } compiled)
            layer.Configure(compiled.Precision, compiled.Device);
    }

    // In mixed precision the layers of the outputs, and with them softmax and loss, stay in float32.
    private protected void ApplyPrecision()
    {
        if (_trainer.Compiled?.Precision is not DTypePolicy.MixedBFloat16 || _graph is null)
            return;
        HashSet<Layer> last = [.. _graph.Outputs.Select(output => output.Node.Layer)];
        foreach (Layer layer in Layers)
            layer.Configure(last.Contains(layer) ? DTypePolicy.Float32 : DTypePolicy.MixedBFloat16, Device);
    }

    // The name of an output is that of its layer; a Sequential has one output before it is built.
    internal IReadOnlyList<string> OutputNames => _graph is null ? ["output"] : [.. _graph.Outputs.Select(output => output.Name)];

    private void Compile(
        IReadOnlyList<Loss?> losses,
        IReadOnlyList<double>? lossWeights,
        IReadOnlyList<IReadOnlyList<Metric>> metrics,
        Optimizer optimizer,
        DTypePolicy precision,
        Device? device,
        Distribution? distribution)
    {
        var figures = new RunningFigures(losses, metrics, OutputNames, Kind);
        device ??= TorchRuntime.DefaultDevice;
        precision = BFloat16Support.OfThisProcess.Resolve(precision, device);
        Configure(precision, device);
        _trainer.Compile(new CompiledModel(optimizer, losses, lossWeights, metrics, precision, device, distribution ?? Distribution.SingleProcess), figures);
        ApplyPrecision();
    }

    private T[] RequireOnePerOutput<T>(T[] given, string argument) => given.Length == OutputNames.Count
        ? given
        : throw new ArgumentException($"{Kind}: {argument} must have an entry for each of the {OutputNames.Count} outputs ({string.Join(", ", OutputNames)}), but had {given.Length}.", argument);
}
