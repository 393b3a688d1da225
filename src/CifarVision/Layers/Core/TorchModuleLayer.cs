using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;

namespace CifarVision.Layers;

/// <summary>
/// A TorchSharp module as a layer. Its parameters and buffers become the layer's weights under torch's names, and it follows the model between training
/// and evaluation mode.
/// </summary>
/// <remarks>
/// The weights can be saved and loaded (SaveWeights, LoadWeights, checkpoints of weights), but not the whole model, because a module has no config.
/// Under mixed_bfloat16 a module computes in float32. Random numbers drawn inside it, for example by torch's dropout, come from torch and do not
/// follow <see cref="TorchRuntime.SetSeed"/>.
/// </remarks>
public sealed class TorchModuleLayer : Layer
{
    private readonly torch.nn.Module<Tensor, Tensor> _module;
    private readonly TensorShape? _outputShape;
    private readonly Lock _mode = new();

    /// <summary>Creates the layer. The module must not be used elsewhere at the same time.</summary>
    /// <param name="module">The module, which takes a batch and returns one.</param>
    /// <param name="outputShape">The shape of one output sample, in the library's order; by default it is found by running a batch of one zero sample.</param>
    /// <param name="dataFormat">The order of axes the module expects in images. Default <see cref="DataFormat.ChannelsLast"/>.</param>
    /// <param name="name">The name, unique in a model. Default <c>torch_module_layer</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The data format is invalid.</exception>
    public TorchModuleLayer(
        torch.nn.Module<Tensor, Tensor> module, TensorShape? outputShape = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(module);
        if (!Enum.IsDefined(dataFormat))
            throw new ArgumentOutOfRangeException(nameof(dataFormat), $"TorchModuleLayer: dataFormat must be ChannelsLast or ChannelsFirst, but was {dataFormat}.");
        (_module, _outputShape, DataFormat) = (module, outputShape, dataFormat);
    }

    /// <summary>The order of axes the module expects in images.</summary>
    public DataFormat DataFormat { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        if (_outputShape is { } known)
            return known;
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        ConvertRest(WeightType, Device);
        // In evaluation mode, because batch normalization cannot train on one sample and must not learn from zeros.
        return CallModule(torch.zeros(inputShape.WithBatch(1), WeightType, Device), training: false).shape[1..];
    }

    /// <summary>A module has no config.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override JsonObject GetConfig() => throw new NotSupportedException(
        $"TorchModuleLayer: '{Name}' holds a TorchSharp module, which has no config, so the model cannot be saved as a whole. Use SaveWeights and LoadWeights.");

    /// <inheritdoc/>
    protected override void BuildCore(TensorShape inputShape)
    {
        ConvertRest(WeightType, Device);
        foreach ((string name, Tensor tensor) in Tensors())
            Adopt(name.Replace('/', '.'), tensor, trainable: tensor.requires_grad);
    }

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input) => throw new NotSupportedException(
        $"TorchModuleLayer: '{Name}' holds a TorchSharp module, whose code no ONNX model can hold. Write it as layers, or as a layer with {nameof(ExportOnnxCore)}.");

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training)
    {
        Tensor output = CallModule(x.to(WeightType), training);
        if (!output.shape.AsSpan(1).SequenceEqual(OutputShape.Dims))
        {
            throw new InvalidOperationException(
                $"TorchModuleLayer: the module of '{Name}' must give {OutputShape}, but gave {TensorShape.Format(output.shape)}. Check outputShape and dataFormat.");
        }

        return output.to(ComputeType);
    }

    private protected override IEnumerable<Weight> WeightsToConvert => [];

    // A module creates new tensors when it is converted, so the weights are rebound to them.
    private protected override void ConvertRest(ScalarType type, Device device)
    {
        _module.to(device, type);
        var tensors = Tensors().ToDictionary(entry => entry.Name.Replace('/', '.'), entry => entry.Value);
        foreach (Weight weight in OwnWeights)
            weight.Follow(tensors[weight.Name]);
        foreach (Tensor tensor in tensors.Values)
            tensor.DetachFromDisposeScope();
    }

    private IEnumerable<(string Name, Tensor Value)> Tensors() =>
        _module.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter)).Concat(_module.named_buffers().Select(entry => (entry.name, entry.buffer)));

    // The mode belongs to the module: another thread's Predict must not change it before a training step has computed its output.
    private Tensor CallModule(Tensor x, bool training)
    {
        using Lock.Scope scope = _mode.EnterScope();
        if (_module.training != training)
            _module.train(training);
        Tensor output = _module.call(DataFormat == DataFormat.ChannelsFirst && x.dim() == 4 ? x.permute(0, 3, 1, 2) : x);
        return DataFormat == DataFormat.ChannelsFirst && output.dim() == 4 ? output.permute(0, 2, 3, 1) : output;
    }
}
