using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Models;

public sealed partial class Sequential
{
    private readonly LossTracker _lossTracker = new();
    private Optimizer? _optimizer;
    private Loss? _loss;
    private IReadOnlyList<Metric> _metrics = [];
    private DTypePolicy _precision = DTypePolicy.Float32;

    /// <summary>The optimizer given to Compile, or null before it. Its learning rate can be read and set between steps.</summary>
    public Optimizer? Optimizer => _optimizer;

    /// <summary>Says how to train: required before Fit and Evaluate, not before Predict. May be called again; weights stay.</summary>
    /// <param name="optimizer">How weights change, as <c>new SGD(learningRate: 0.01)</c>.</param>
    /// <param name="loss">What becomes small. After a last softmax a crossentropy on probabilities is computed from the logits.</param>
    /// <param name="metrics">Figures to gather beside the loss, with names of their own. Default none.</param>
    /// <param name="precision">
    /// The number formats of training, Evaluate and Predict; not saved. Default float32. <see cref="DTypePolicy.Auto"/> is mixed bfloat16 where
    /// the device has instructions for it, which is about twice as fast. Asked for by name where there are none, mixed bfloat16 is about as fast
    /// as float32, and a line on standard error says so, once.
    /// </param>
    /// <param name="device">Where to compute. Default <see cref="TorchRuntime.DefaultDevice"/>.</param>
    /// <exception cref="ArgumentException">Two metrics bear one name, or one is called loss.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Precision is none of <see cref="DTypePolicy"/>.</exception>
    public void Compile(
        Optimizer optimizer,
        Loss loss,
        IEnumerable<Metric>? metrics = null,
        DTypePolicy precision = DTypePolicy.Float32,
        Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        Metric[] all = [.. metrics ?? []];
        var names = new HashSet<string> { "loss" };
        foreach (Metric metric in all)
        {
            if (!names.Add(metric.Name))
                throw new ArgumentException($"Sequential: metric names must be unique and other than 'loss', but there is a second '{metric.Name}'. Give it another name.", nameof(metrics));
        }

        device ??= TorchRuntime.DefaultDevice;
        precision = BFloat16Support.OfThisProcess.Resolve(precision, device);
        (_optimizer, _loss, _metrics, _precision) = (optimizer, loss, all, precision);
        Configure(precision, device);
        LayersChanged();
    }

    // In mixed precision the last layer, and with it softmax and loss, stays in float32.
    private void ApplyPrecision()
    {
        if (_precision != DTypePolicy.MixedBFloat16)
            return;
        foreach (Layers.Layer layer in _layers)
            layer.Configure(layer == _layers[^1] ? DTypePolicy.Float32 : _precision, Device);
    }

    private (Optimizer Optimizer, Loss Loss) RequireCompiled(string verb) =>
        _optimizer is not null && _loss is not null
            ? (_optimizer, _loss)
            : throw new InvalidOperationException($"Sequential: {verb} must come after Compile. Call Compile(optimizer, loss, metrics) first.");
}
