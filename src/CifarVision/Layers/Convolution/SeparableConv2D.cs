using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Constraints;
using CifarVision.Initializers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// A depthwise convolution followed by a pointwise (1 x 1) convolution: (N, H, W, C) -> (N, H', W', filters). Weights: <c>depthwise_kernel</c>
/// (kh, kw, C, depthMultiplier), <c>pointwise_kernel</c> (1, 1, C depthMultiplier, filters), <c>bias</c> (filters).
/// </summary>
public sealed class SeparableConv2D : Conv2DBase
{
    private Weight? _depthwise;
    private Weight? _pointwise;

    /// <summary>Creates the layer; <see cref="Layer.Build(TensorShape)"/> creates the weights.</summary>
    /// <param name="filters">The number of output channels, at least 1.</param>
    /// <param name="kernelSize">The height and width of the kernel, in pixels.</param>
    /// <param name="strides">The strides, in pixels. Default 1.</param>
    /// <param name="padding">The padding. Default <see cref="Padding.Valid"/>.</param>
    /// <param name="dilationRate">The dilation rate. Default 1; a larger rate requires strides of 1.</param>
    /// <param name="depthMultiplier">The number of depthwise output channels for each input channel, at least 1. Default 1.</param>
    /// <param name="activation">The activation. Default none.</param>
    /// <param name="useBias">Whether to add a bias. Default true.</param>
    /// <param name="depthwiseInitializer">The initializer of the depthwise kernel. Default <see cref="GlorotUniform"/>.</param>
    /// <param name="pointwiseInitializer">The initializer of the pointwise kernel. Default <see cref="GlorotUniform"/>.</param>
    /// <param name="biasInitializer">The initializer of the bias. Default <see cref="Zeros"/>.</param>
    /// <param name="depthwiseRegularizer">The regularizer of the depthwise kernel. Default none.</param>
    /// <param name="pointwiseRegularizer">The regularizer of the pointwise kernel. Default none.</param>
    /// <param name="biasRegularizer">The regularizer of the bias. Default none.</param>
    /// <param name="depthwiseConstraint">The constraint on the depthwise kernel. Default none.</param>
    /// <param name="pointwiseConstraint">The constraint on the pointwise kernel. Default none.</param>
    /// <param name="biasConstraint">The constraint on the bias. Default none.</param>
    /// <param name="name">The name, unique in a model. Default <c>separable_conv2d</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="ArgumentException">Both strides and dilation are larger than 1.</exception>
    public SeparableConv2D(
        int filters,
        Size2D kernelSize,
        Size2D? strides = null,
        Padding padding = Padding.Valid,
        Size2D? dilationRate = null,
        int depthMultiplier = 1,
        ActivationFunction activation = ActivationFunction.Linear,
        bool useBias = true,
        Initializer? depthwiseInitializer = null,
        Initializer? pointwiseInitializer = null,
        Initializer? biasInitializer = null,
        Regularizer? depthwiseRegularizer = null,
        Regularizer? pointwiseRegularizer = null,
        Regularizer? biasRegularizer = null,
        Constraint? depthwiseConstraint = null,
        Constraint? pointwiseConstraint = null,
        Constraint? biasConstraint = null,
        string? name = null)
        : base(new SlidingWindow(nameof(SeparableConv2D), nameof(kernelSize), kernelSize, strides ?? 1, dilationRate ?? 1, padding), activation, useBias, biasInitializer, biasRegularizer, biasConstraint, name)
    {
        (Filters, DepthMultiplier) = (Require.AtLeast(1, filters, this), Require.AtLeast(1, depthMultiplier, this));
        (DepthwiseInitializer, PointwiseInitializer) = (depthwiseInitializer ?? new GlorotUniform(), pointwiseInitializer ?? new GlorotUniform());
        (DepthwiseRegularizer, PointwiseRegularizer) = (depthwiseRegularizer, pointwiseRegularizer);
        (DepthwiseConstraint, PointwiseConstraint) = (depthwiseConstraint, pointwiseConstraint);
    }

    /// <summary>The number of output channels.</summary>
    public int Filters { get; }

    /// <summary>The number of depthwise output channels for each input channel.</summary>
    public int DepthMultiplier { get; }

    /// <summary>The initializer of the depthwise kernel.</summary>
    public Initializer DepthwiseInitializer { get; }

    /// <summary>The initializer of the pointwise kernel.</summary>
    public Initializer PointwiseInitializer { get; }

    /// <summary>The regularizer of the depthwise kernel.</summary>
    public Regularizer? DepthwiseRegularizer { get; }

    /// <summary>The regularizer of the pointwise kernel.</summary>
    public Regularizer? PointwiseRegularizer { get; }

    /// <summary>The constraint on the depthwise kernel.</summary>
    public Constraint? DepthwiseConstraint { get; }

    /// <summary>The constraint on the pointwise kernel.</summary>
    public Constraint? PointwiseConstraint { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => Window.OutputShape(inputShape, Filters);

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["depth_multiplier"] = DepthMultiplier;
        config["filters"] = Filters;
        WithActivation(WithWindow(config));
        config["depthwise_initializer"] = DepthwiseInitializer.ToKeras();
        config["pointwise_initializer"] = PointwiseInitializer.ToKeras();
        config["bias_initializer"] = BiasInitializer.ToKeras();
        config["depthwise_regularizer"] = DepthwiseRegularizer.ToKeras();
        config["pointwise_regularizer"] = PointwiseRegularizer.ToKeras();
        config["bias_regularizer"] = BiasRegularizer.ToKeras();
        config["activity_regularizer"] = null;
        config["depthwise_constraint"] = DepthwiseConstraint.ToKeras();
        config["pointwise_constraint"] = PointwiseConstraint.ToKeras();
        config["bias_constraint"] = BiasConstraint.ToKeras();
        return config;
    }

    // Keras 2 also writes settings of its base class that the layer does not use.
    internal static SeparableConv2D FromConfig(KerasConfig config) => new(
        config.ChannelsLast().Only("groups", 1).Ignore("kernel_initializer", "kernel_regularizer", "kernel_constraint").Whole("filters"),
        config.Size("kernel_size"),
        config.OptionalSize("strides"),
        config.Choice("padding", Padding.Valid),
        config.OptionalSize("dilation_rate"),
        config.Whole("depth_multiplier", 1),
        config.Choice("activation", ActivationFunction.Linear),
        config.Flag("use_bias", true),
        config.Initializer("depthwise_initializer"),
        config.Initializer("pointwise_initializer"),
        config.Initializer("bias_initializer"),
        config.Regularizer("depthwise_regularizer"),
        config.Regularizer("pointwise_regularizer"),
        config.Regularizer("bias_regularizer"),
        config.Constraint("depthwise_constraint"),
        config.Constraint("pointwise_constraint"),
        config.Constraint("bias_constraint"),
        config.Name());

    /// <inheritdoc/>
    protected override void BuildCore(TensorShape inputShape)
    {
        int channels = (int)inputShape[2];
        _depthwise = AddWeight(
            "depthwise_kernel",
            new TensorShape(KernelSize.Height, KernelSize.Width, channels, DepthMultiplier),
            DepthwiseInitializer,
            regularizer: DepthwiseRegularizer,
            constraint: DepthwiseConstraint,
            memoryOrder: Convolution.DepthwiseMemoryOrder);
        _pointwise = AddWeight(
            "pointwise_kernel",
            new TensorShape(1, 1, channels * DepthMultiplier, Filters),
            PointwiseInitializer,
            regularizer: PointwiseRegularizer,
            constraint: PointwiseConstraint,
            memoryOrder: Convolution.MemoryOrder);
        AddBias(Filters);
    }

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        string y = Convolution.AddDepthwise(graph, graph.ChannelsFirst(input), "depthwise_kernel", _depthwise!, bias: null, Window, graph.ShapeOf(input));
        List<string> inputs = [y, graph.Constant("pointwise_kernel", _pointwise!.Value.permute(3, 2, 0, 1))];
        if (Bias is not null)
            inputs.Add(graph.Constant("bias", Bias.Value));
        return Activation.AddTo(graph, graph.ChannelsLast(graph.Add("Conv", inputs)));
    }

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input)
    {
        JsonObject config = TensorFlowJsSettings();
        config["filters"] = Filters;
        config["depth_multiplier"] = DepthMultiplier;
        return AddTo(model, "SeparableConv2D", config, [input]);
    }

    private protected override Tensor Convolve(Tensor x, Tensor? scale, Tensor? bias)
    {
        (Tensor images, long[] padding) = Window.Pad(x, 0);
        Tensor y = Convolution.ApplyDepthwise(images, Cast(_depthwise!), bias: null, Strides, padding, DilationRate);
        return Convolution.Apply(y, Scaled(_pointwise!, scale), bias, strides: 1, [0, 0], dilation: 1, groups: 1);
    }
}
