using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Constraints;
using CifarVision.Initializers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Serialization;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>
/// A depthwise convolution, which convolves each channel separately: (N, H, W, C) -> (N, H', W', C depthMultiplier). Weights: <c>kernel</c>
/// (kh, kw, C, depthMultiplier), <c>bias</c> (C depthMultiplier). Output channel c depthMultiplier + m is input channel c convolved with its kernel m.
/// </summary>
public sealed class DepthwiseConv2D : Conv2DBase
{
    private Weight? _kernel;

    /// <summary>Creates the layer; <see cref="Layer.Build(TensorShape)"/> creates the weights.</summary>
    /// <param name="kernelSize">The height and width of the kernel, in pixels.</param>
    /// <param name="strides">The strides, in pixels. Default 1.</param>
    /// <param name="padding">The padding. Default <see cref="Padding.Valid"/>.</param>
    /// <param name="depthMultiplier">The number of output channels for each input channel, at least 1. Default 1.</param>
    /// <param name="dilationRate">The dilation rate. Default 1; a larger rate requires strides of 1.</param>
    /// <param name="activation">The activation. Default none.</param>
    /// <param name="useBias">Whether to add a bias. Default true.</param>
    /// <param name="depthwiseInitializer">The initializer of the kernel. Default <see cref="GlorotUniform"/>.</param>
    /// <param name="biasInitializer">The initializer of the bias. Default <see cref="Zeros"/>.</param>
    /// <param name="depthwiseRegularizer">The regularizer of the kernel. Default none.</param>
    /// <param name="biasRegularizer">The regularizer of the bias. Default none.</param>
    /// <param name="depthwiseConstraint">The constraint on the kernel. Default none.</param>
    /// <param name="biasConstraint">The constraint on the bias. Default none.</param>
    /// <param name="name">The name, unique in a model. Default <c>depthwise_conv2d</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="ArgumentException">Both strides and dilation are larger than 1.</exception>
    public DepthwiseConv2D(
        Size2D kernelSize,
        Size2D? strides = null,
        Padding padding = Padding.Valid,
        int depthMultiplier = 1,
        Size2D? dilationRate = null,
        ActivationFunction activation = ActivationFunction.Linear,
        bool useBias = true,
        Initializer? depthwiseInitializer = null,
        Initializer? biasInitializer = null,
        Regularizer? depthwiseRegularizer = null,
        Regularizer? biasRegularizer = null,
        Constraint? depthwiseConstraint = null,
        Constraint? biasConstraint = null,
        string? name = null)
        : base(new SlidingWindow(nameof(DepthwiseConv2D), nameof(kernelSize), kernelSize, strides ?? 1, dilationRate ?? 1, padding), activation, useBias, biasInitializer, biasRegularizer, biasConstraint, name)
    {
        DepthMultiplier = Require.AtLeast(1, depthMultiplier, this);
        (DepthwiseInitializer, DepthwiseRegularizer, DepthwiseConstraint) = (depthwiseInitializer ?? new GlorotUniform(), depthwiseRegularizer, depthwiseConstraint);
    }

    /// <summary>The number of output channels for each input channel.</summary>
    public int DepthMultiplier { get; }

    /// <summary>The initializer of the kernel.</summary>
    public Initializer DepthwiseInitializer { get; }

    /// <summary>The regularizer of the kernel.</summary>
    public Regularizer? DepthwiseRegularizer { get; }

    /// <summary>The constraint on the kernel.</summary>
    public Constraint? DepthwiseConstraint { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        TensorShape ofEach = Window.OutputShape(inputShape);
        return new TensorShape(ofEach[0], ofEach[1], ofEach[2] * DepthMultiplier);
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["depth_multiplier"] = DepthMultiplier;
        WithActivation(WithWindow(config));
        config["depthwise_initializer"] = DepthwiseInitializer.ToKeras();
        config["bias_initializer"] = BiasInitializer.ToKeras();
        config["depthwise_regularizer"] = DepthwiseRegularizer.ToKeras();
        config["bias_regularizer"] = BiasRegularizer.ToKeras();
        config["activity_regularizer"] = null;
        config["depthwise_constraint"] = DepthwiseConstraint.ToKeras();
        config["bias_constraint"] = BiasConstraint.ToKeras();
        return config;
    }

    // Keras 2 also writes the number of groups of its base class.
    /// <summary>Whether <see cref="RunNormalized(Tensor, ZeroPadding2D, BatchNormalization)"/> computes the layer after a padding.</summary>
    internal bool TakesPadding(ZeroPadding2D padding) =>
        Padding == Padding.Valid && DilationRate == 1 && padding.Rows.Bottom - padding.Rows.Top is 0 or 1 && padding.Columns.Right - padding.Columns.Left is 0 or 1;

    /// <summary>
    /// Computes a padding, the convolution and a batch normalization, in inference, as one convolution. The kernels pad both sides equally; where there is a row less
    /// above, a row of zeros above the kernel makes up for it, so that the images need not be copied. The layer must be linear.
    /// </summary>
    internal Tensor RunNormalized(Tensor x, ZeroPadding2D padding, BatchNormalization normalization)
    {
        (Tensor scale, Tensor bias) = ScaleAndBias(normalization);
        Tensor kernel = Scaled(_kernel!, scale.reshape(-1, DepthMultiplier));
        kernel = F.pad(kernel, [0, 0, 0, 0, padding.Columns.Right - padding.Columns.Left, 0, padding.Rows.Bottom - padding.Rows.Top, 0]);
        return Convolution.ApplyDepthwise(InComputeType(x), kernel, bias, Strides, [padding.Rows.Bottom, padding.Columns.Right], DilationRate);
    }

    internal static DepthwiseConv2D FromConfig(KerasConfig config) => new(
        config.ChannelsLast().Only("groups", 1).Size("kernel_size"),
        config.OptionalSize("strides"),
        config.Choice("padding", Padding.Valid),
        config.Whole("depth_multiplier", 1),
        config.OptionalSize("dilation_rate"),
        config.Choice("activation", ActivationFunction.Linear),
        config.Flag("use_bias", true),
        config.Initializer("depthwise_initializer"),
        config.Initializer("bias_initializer"),
        config.Regularizer("depthwise_regularizer"),
        config.Regularizer("bias_regularizer"),
        config.Constraint("depthwise_constraint"),
        config.Constraint("bias_constraint"),
        config.Name());

    /// <inheritdoc/>
    protected override void BuildCore(TensorShape inputShape)
    {
        int channels = (int)inputShape[2];
        _kernel = AddWeight(
            "kernel",
            new TensorShape(KernelSize.Height, KernelSize.Width, channels, DepthMultiplier),
            DepthwiseInitializer,
            regularizer: DepthwiseRegularizer,
            constraint: DepthwiseConstraint,
            memoryOrder: Convolution.DepthwiseMemoryOrder);
        AddBias(channels * DepthMultiplier);
    }

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        string y = Convolution.AddDepthwise(graph, graph.ChannelsFirst(input), "kernel", _kernel!, Bias, Window, graph.ShapeOf(input));
        return Activation.AddTo(graph, graph.ChannelsLast(y));
    }

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input)
    {
        if (DilationRate != 1)
            throw NotInTensorFlowJs("its DepthwiseConv2D ignores the dilation", "Use dilationRate: 1");
        JsonObject config = TensorFlowJsSettings();
        config["depth_multiplier"] = DepthMultiplier;
        IEnumerable<(string, Tensor)> weights = OwnWeights.Select(weight => (weight == _kernel ? "depthwise_kernel" : weight.Name, weight.Value));
        return AddTo(model, "DepthwiseConv2D", config, [input], weights);
    }

    private protected override Tensor Convolve(Tensor x, Tensor? scale, Tensor? bias)
    {
        (Tensor images, long[] padding) = Window.Pad(x, 0);
        Tensor kernel = Scaled(_kernel!, scale?.reshape(-1, DepthMultiplier));
        return Convolution.ApplyDepthwise(images, kernel, bias, Strides, padding, DilationRate);
    }
}
