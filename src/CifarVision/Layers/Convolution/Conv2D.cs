using System.Text.Json.Nodes;
using CifarVision.Constraints;
using CifarVision.Initializers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Convolution over images: (N, H, W, C) -> (N, H', W', filters). Weights: <c>kernel</c> (kh, kw, C / groups, filters), <c>bias</c> (filters).</summary>
public sealed class Conv2D : Conv2DBase
{
    private Weight? _kernel;

    /// <summary>Creates the layer; <see cref="Layer.Build(TensorShape)"/> creates the weights.</summary>
    /// <param name="filters">The number of output channels, at least 1.</param>
    /// <param name="kernelSize">The height and width of the kernel, in pixels.</param>
    /// <param name="strides">The strides, in pixels. Default 1.</param>
    /// <param name="padding">The padding. Default <see cref="Padding.Valid"/>.</param>
    /// <param name="dilationRate">The dilation rate. Default 1; a larger rate requires strides of 1.</param>
    /// <param name="groups">The number of groups into which channels and filters are split, each convolved separately. Default 1.</param>
    /// <param name="activation">The activation. Default none.</param>
    /// <param name="useBias">Whether to add a bias. Default true.</param>
    /// <param name="kernelInitializer">The initializer of the kernel. Default <see cref="GlorotUniform"/>.</param>
    /// <param name="biasInitializer">The initializer of the bias. Default <see cref="Zeros"/>.</param>
    /// <param name="kernelRegularizer">The regularizer of the kernel. Default none.</param>
    /// <param name="biasRegularizer">The regularizer of the bias. Default none.</param>
    /// <param name="kernelConstraint">The constraint on the kernel. Default none.</param>
    /// <param name="biasConstraint">The constraint on the bias. Default none.</param>
    /// <param name="name">The name, unique in a model. Default <c>conv2d</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="ArgumentException">The number of groups does not divide the number of filters, or both strides and dilation are larger than 1.</exception>
    public Conv2D(
        int filters,
        Size2D kernelSize,
        Size2D? strides = null,
        Padding padding = Padding.Valid,
        Size2D? dilationRate = null,
        int groups = 1,
        ActivationFunction activation = ActivationFunction.Linear,
        bool useBias = true,
        Initializer? kernelInitializer = null,
        Initializer? biasInitializer = null,
        Regularizer? kernelRegularizer = null,
        Regularizer? biasRegularizer = null,
        Constraint? kernelConstraint = null,
        Constraint? biasConstraint = null,
        string? name = null)
        : base(new SlidingWindow(nameof(Conv2D), nameof(kernelSize), kernelSize, strides ?? 1, dilationRate ?? 1, padding), activation, useBias, biasInitializer, biasRegularizer, biasConstraint, name)
    {
        (Filters, Groups) = (Require.AtLeast(1, filters, this), Require.AtLeast(1, groups, this));
        if (filters % groups != 0)
            throw new ArgumentException(FormattableString.Invariant($"Conv2D: groups must divide filters, but was {groups} for {filters} filters."), nameof(groups));
        (KernelInitializer, KernelRegularizer, KernelConstraint) = (kernelInitializer ?? new GlorotUniform(), kernelRegularizer, kernelConstraint);
    }

    /// <summary>The number of output channels.</summary>
    public int Filters { get; }

    /// <summary>The number of groups into which channels and filters are split.</summary>
    public int Groups { get; }

    /// <summary>The initializer of the kernel.</summary>
    public Initializer KernelInitializer { get; }

    /// <summary>The regularizer of the kernel.</summary>
    public Regularizer? KernelRegularizer { get; }

    /// <summary>The constraint on the kernel.</summary>
    public Constraint? KernelConstraint { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        TensorShape output = Window.OutputShape(inputShape, Filters);
        if (inputShape[2] % Groups != 0)
            throw new ArgumentException(FormattableString.Invariant($"Conv2D: groups must divide the input's channels, but was {Groups} for {inputShape}."));
        return output;
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["filters"] = Filters;
        WithWindow(config)["groups"] = Groups;
        WithActivation(config);
        config["kernel_initializer"] = KernelInitializer.ToKeras();
        config["bias_initializer"] = BiasInitializer.ToKeras();
        config["kernel_regularizer"] = KernelRegularizer.ToKeras();
        config["bias_regularizer"] = BiasRegularizer.ToKeras();
        config["activity_regularizer"] = null;
        config["kernel_constraint"] = KernelConstraint.ToKeras();
        config["bias_constraint"] = BiasConstraint.ToKeras();
        return config;
    }

    internal static Conv2D FromConfig(KerasConfig config) => new(
        config.Whole("filters"),
        config.Size("kernel_size"),
        config.OptionalSize("strides"),
        config.Choice("padding", Padding.Valid),
        config.OptionalSize("dilation_rate"),
        config.ChannelsLast().Whole("groups", 1),
        config.Choice("activation", ActivationFunction.Linear),
        config.Flag("use_bias", true),
        config.Initializer("kernel_initializer"),
        config.Initializer("bias_initializer"),
        config.Regularizer("kernel_regularizer"),
        config.Regularizer("bias_regularizer"),
        config.Constraint("kernel_constraint"),
        config.Constraint("bias_constraint"),
        config.Name());

    /// <inheritdoc/>
    protected override void BuildCore(TensorShape inputShape)
    {
        _kernel = AddWeight(
            "kernel",
            new TensorShape(KernelSize.Height, KernelSize.Width, inputShape[2] / Groups, Filters),
            KernelInitializer,
            regularizer: KernelRegularizer,
            constraint: KernelConstraint,
            memoryOrder: Convolution.MemoryOrder);
        AddBias(Filters);
    }

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        List<string> inputs = [graph.ChannelsFirst(input), graph.Constant("kernel", _kernel!.Value.permute(3, 2, 0, 1))];
        if (Bias is not null)
            inputs.Add(graph.Constant("bias", Bias.Value));
        string y = graph.Add("Conv", inputs, [("group", Groups), .. Window.OnnxConvolution(graph.ShapeOf(input))]);
        return Activation.AddTo(graph, graph.ChannelsLast(y));
    }

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input)
    {
        if (Groups > 1)
            throw NotInTensorFlowJs("its Conv2D has no groups", "Use groups: 1");
        JsonObject config = TensorFlowJsSettings();
        config["filters"] = Filters;
        return AddTo(model, "Conv2D", config, [input]);
    }

    private protected override Tensor Convolve(Tensor x, Tensor? scale, Tensor? bias)
    {
        (Tensor images, long[] padding) = Window.Pad(x, 0);
        return Convolution.Apply(images, Scaled(_kernel!, scale), bias, Strides, padding, DilationRate, Groups);
    }
}
