using CifarVision.Layers;

namespace CifarVision.Graphs;

/// <summary>
/// A convolution, the batch normalization that is its only consumer and, if there is one, the ReLU that is the only consumer of that. In inference a batch
/// normalization multiplies each channel by a number and adds another, so both go into the kernel and the bias, and ReLU overwrites its input: the output
/// is written once and not three times. A ZeroPadding2D before a depthwise convolution becomes part of it on the CPU. In training the layers run as they are.
/// </summary>
internal sealed class ConvolutionBlock
{
    private readonly ZeroPadding2D? _padding;
    private readonly Conv2DBase _convolution;
    private readonly BatchNormalization _normalization;
    private readonly Layer? _relu;

    private ConvolutionBlock(Node? padding, Node convolution, Node normalization, Node? relu)
    {
        (_padding, _convolution, _normalization, _relu) = ((ZeroPadding2D?)padding?.Layer, (Conv2DBase)convolution.Layer, (BatchNormalization)normalization.Layer, relu?.Layer);
        Calls = [.. new[] { padding, convolution, normalization, relu }.OfType<Node>()];
    }

    /// <summary>The calls that the block replaces, in order.</summary>
    public IReadOnlyList<Node> Calls { get; }

    /// <summary>Returns the block that begins with a call, or null.</summary>
    /// <param name="call">The call.</param>
    /// <param name="graph">The calls of the model.</param>
    /// <param name="uses">The number of uses of each tensor, as an input or as an output of the model.</param>
    public static ConvolutionBlock? BeginningWith(Node call, LayerGraph graph, Dictionary<KerasTensor, int> uses)
    {
        Node? padding = call.Layer is ZeroPadding2D layer && OnlyConsumer(call) is { Layer: DepthwiseConv2D depthwise } && depthwise.TakesPadding(layer) ? call : null;
        Node convolution = padding is null ? call : OnlyConsumer(call)!;
        if (convolution.Layer is not Conv2DBase { FinalActivation: ActivationFunction.Linear } || OnlyConsumer(convolution) is not { Layer: BatchNormalization } normalization)
            return null;
        Node? next = OnlyConsumer(normalization);
        return new ConvolutionBlock(padding, convolution, normalization, next is not null && FunctionOf(next.Layer) is ActivationFunction.Relu or ActivationFunction.Relu6 ? next : null);

        // Layers of outputs may have another dtype, so they run by themselves.
        Node? OnlyConsumer(Node node) => uses.GetValueOrDefault(node.Outputs[0]) == 1
            ? graph.Nodes.FirstOrDefault(next => next.Inputs.Count == 1 && next.Inputs[0] == node.Outputs[0] && !graph.Outputs.Contains(next.Outputs[0]))
            : null;
    }

    /// <summary>Computes the output of the last layer.</summary>
    /// <param name="x">The images.</param>
    /// <param name="training">Whether this is a training step.</param>
    public Tensor Run(Tensor x, bool training)
    {
        Tensor y = BeforeRelu(x, training);
        if (_relu is null)
            return y;
        if (training || torch.is_grad_enabled())
            return _relu.Run(y, training);
        return FunctionOf(_relu) == ActivationFunction.Relu ? y.relu_() : y.relu6_();
    }

    private Tensor BeforeRelu(Tensor x, bool training)
    {
        bool infers = !training || !_normalization.Trainable;
        if (infers && _padding is not null && x.device_type == DeviceType.CPU)
            return ((DepthwiseConv2D)_convolution).RunNormalized(x, _padding, _normalization);
        if (_padding is not null)
            x = _padding.Run(x, training);
        return infers ? _convolution.RunNormalized(x, _normalization) : _normalization.Run(_convolution.Run(x, training), training);
    }

    private static ActivationFunction? FunctionOf(Layer layer) => layer switch
    {
        ReLU relu => relu.Function,
        Activation activation => activation.Function,
        _ => null,
    };
}
