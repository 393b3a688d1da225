using System.Text.Json.Nodes;
using CifarVision.Constraints;
using CifarVision.Formats;
using CifarVision.Initializers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Serialization;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>
/// Transposed 2D convolution, which enlarges images: (N, H, W, C) -> (N, H', W', filters). It is the gradient of a <see cref="Conv2D"/> with respect
/// to its input. Weights: <c>kernel</c> (kh, kw, filters, C), <c>bias</c> (filters).
/// </summary>
public sealed class Conv2DTranspose : Conv2DBase
{
    private Weight? _kernel;

    /// <summary>Creates the layer; <see cref="Layer.Build(TensorShape)"/> creates the weights.</summary>
    /// <param name="filters">The number of output channels, at least 1.</param>
    /// <param name="kernelSize">The height and width of the kernel, in pixels.</param>
    /// <param name="strides">By how much the image is enlarged. Default 1.</param>
    /// <param name="padding">The padding of the convolution that is transposed. Default <see cref="Padding.Valid"/>.</param>
    /// <param name="outputPadding">
    /// The rows and columns that are added to the smallest output, from 0 to strides - 1. Default none: the output is H * strides with
    /// <see cref="Padding.Same"/>, and at least as large with <see cref="Padding.Valid"/>.
    /// </param>
    /// <param name="dilationRate">The dilation rate. Default 1; a larger rate requires strides of 1.</param>
    /// <param name="activation">The activation. Default none.</param>
    /// <param name="useBias">Whether to add a bias. Default true.</param>
    /// <param name="kernelInitializer">The initializer of the kernel. Default <see cref="GlorotUniform"/>.</param>
    /// <param name="biasInitializer">The initializer of the bias. Default <see cref="Zeros"/>.</param>
    /// <param name="kernelRegularizer">The regularizer of the kernel. Default none.</param>
    /// <param name="biasRegularizer">The regularizer of the bias. Default none.</param>
    /// <param name="kernelConstraint">The constraint on the kernel. Default none.</param>
    /// <param name="biasConstraint">The constraint on the bias. Default none.</param>
    /// <param name="name">The name, unique in a model. Default <c>conv2d_transpose</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1, or the output padding is not less than the strides.</exception>
    /// <exception cref="ArgumentException">Both strides and dilation are larger than 1.</exception>
    public Conv2DTranspose(
        int filters,
        Size2D kernelSize,
        Size2D? strides = null,
        Padding padding = Padding.Valid,
        Size2D? outputPadding = null,
        Size2D? dilationRate = null,
        ActivationFunction activation = ActivationFunction.Linear,
        bool useBias = true,
        Initializer? kernelInitializer = null,
        Initializer? biasInitializer = null,
        Regularizer? kernelRegularizer = null,
        Regularizer? biasRegularizer = null,
        Constraint? kernelConstraint = null,
        Constraint? biasConstraint = null,
        string? name = null)
        : base(new SlidingWindow(nameof(Conv2DTranspose), nameof(kernelSize), kernelSize, strides ?? 1, dilationRate ?? 1, padding), activation, useBias, biasInitializer, biasRegularizer, biasConstraint, name)
    {
        if (filters < 1)
            throw new ArgumentOutOfRangeException(nameof(filters), FormattableString.Invariant($"Conv2DTranspose: filters must be at least 1, but was {filters}."));
        if (outputPadding is { } added && (added.Height < 0 || added.Width < 0 || added.Height >= Strides.Height || added.Width >= Strides.Width))
            throw new ArgumentOutOfRangeException(nameof(outputPadding), $"Conv2DTranspose: outputPadding must be from 0 to strides - 1, but was {added} with strides {Strides}.");
        (Filters, OutputPadding) = (filters, outputPadding);
        (KernelInitializer, KernelRegularizer, KernelConstraint) = (kernelInitializer ?? new GlorotUniform(), kernelRegularizer, kernelConstraint);
    }

    /// <summary>The number of output channels.</summary>
    public int Filters { get; }

    /// <summary>The rows and columns that are added to the smallest output; null for Keras' default.</summary>
    public Size2D? OutputPadding { get; }

    /// <summary>The initializer of the kernel.</summary>
    public Initializer KernelInitializer { get; }

    /// <summary>The regularizer of the kernel.</summary>
    public Regularizer? KernelRegularizer { get; }

    /// <summary>The constraint on the kernel.</summary>
    public Constraint? KernelConstraint { get; }

    /// <inheritdoc/>
    public override long ForwardFlops => 2 * InputShape[0] * InputShape[1] * _kernel!.Count;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        if (inputShape.Rank != 3)
            throw new ArgumentException($"Conv2DTranspose: expected input of rank 4 (batch, height, width, channels), but was {inputShape}. Give it images.");
        (Side rows, Side columns) = Sides(inputShape[0], inputShape[1]);
        return rows.Output > 0 && columns.Output > 0
            ? new TensorShape(rows.Output, columns.Output, Filters)
            : throw new ArgumentException($"Conv2DTranspose: the output must have at least one pixel, but had none for {inputShape}. Use another outputPadding.");
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["filters"] = Filters;
        WithActivation(WithWindow(config));
        config["output_padding"] = OutputPadding?.ToKeras();
        config["kernel_initializer"] = KernelInitializer.ToKeras();
        config["bias_initializer"] = BiasInitializer.ToKeras();
        config["kernel_regularizer"] = KernelRegularizer.ToKeras();
        config["bias_regularizer"] = BiasRegularizer.ToKeras();
        config["activity_regularizer"] = null;
        config["kernel_constraint"] = KernelConstraint.ToKeras();
        config["bias_constraint"] = BiasConstraint.ToKeras();
        return config;
    }

    // Keras 2 also writes how many groups its base class would have.
    internal static Conv2DTranspose FromConfig(KerasConfig config) => new(
        config.ChannelsLast().Only("groups", 1).Whole("filters"),
        config.Size("kernel_size"),
        config.OptionalSize("strides"),
        config.Choice("padding", Padding.Valid),
        config.OptionalSize("output_padding"),
        config.OptionalSize("dilation_rate"),
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
            new TensorShape(KernelSize.Height, KernelSize.Width, Filters, inputShape[2]),
            KernelInitializer,
            regularizer: KernelRegularizer,
            constraint: KernelConstraint,
            memoryOrder: [2, 0, 1, 3]);
        AddBias(Filters);
    }

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        List<string> inputs = [graph.ChannelsFirst(input), graph.Constant("kernel", _kernel!.Value.permute(3, 2, 0, 1))];
        if (Bias is not null)
            inputs.Add(graph.Constant("bias", Bias.Value));
        TensorShape image = graph.ShapeOf(input);
        (Side rows, Side columns) = Sides(image[0], image[1]);
        string y = graph.Add(
            "ConvTranspose",
            inputs,
            ("kernel_shape", new long[] { KernelSize.Height, KernelSize.Width }),
            ("strides", new long[] { Strides.Height, Strides.Width }),
            ("dilations", new long[] { DilationRate.Height, DilationRate.Width }),
            ("pads", new long[] { rows.Front, columns.Front, rows.Back, columns.Back }),
            ("output_padding", new long[] { rows.Missing, columns.Missing }));
        return Activation.AddTo(graph, graph.ChannelsLast(y));
    }

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input)
    {
        if (DilationRate != 1)
            throw NotInTensorFlowJs("its Conv2DTranspose ignores the dilation", "Use dilationRate: 1");
        if (OutputPadding is not null)
            throw NotInTensorFlowJs("its Conv2DTranspose has no output padding", "Use outputPadding: null");
        JsonObject config = TensorFlowJsSettings();
        config["filters"] = Filters;
        return AddTo(model, "Conv2DTranspose", config, [input]);
    }

    private protected override Tensor Convolve(Tensor x, Tensor? scale, Tensor? bias)
    {
        Tensor y = BFloat16Products.Compute(x, Scaled(_kernel!, scale?.unsqueeze(-1)), null, (images, kernel, _) => Transpose(images, kernel));
        return bias is null ? y : y.Add(bias);
    }

    // Each pixel's product with the kernel is added at its place of the output. oneDNN has kernels for this that share the faults of its gradients
    // (OneDnnFaults); a matrix product and a sum over overlapping windows have none, and give the same numbers on every processor and device.
    private Tensor Transpose(Tensor images, Tensor kernel)
    {
        (Side rows, Side columns) = Sides(images.shape[1], images.shape[2]);
        Tensor terms = images.flatten(1, 2).MatrixMultiply(kernel.permute(2, 0, 1, 3).flatten(0, 2).t()).transpose(1, 2);

        // Overlapping terms of bfloat16 are added in float32.
        Tensor sums = F.fold(
            terms.dtype == ScalarType.BFloat16 ? terms.to(ScalarType.Float32) : terms,
            (rows.Output + rows.Back - rows.Front, columns.Output + columns.Back - columns.Front),
            (KernelSize.Height, KernelSize.Width),
            (DilationRate.Height, DilationRate.Width),
            (rows.Front, columns.Front),
            (Strides.Height, Strides.Width));
        return sums.slice(2, 0, rows.Output, 1).slice(3, 0, columns.Output, 1).permute(0, 2, 3, 1).to(images.dtype).contiguous();
    }

    private (Side Rows, Side Columns) Sides(long height, long width) => (
        SideOf(height, KernelSize.Height, Strides.Height, DilationRate.Height, OutputPadding?.Height),
        SideOf(width, KernelSize.Width, Strides.Width, DilationRate.Width, OutputPadding?.Width));

    private Side SideOf(long length, long kernel, long stride, long dilation, int? outputPadding)
    {
        long extent = ((kernel - 1) * dilation) + 1;
        long whole = ((length - 1) * stride) + extent;
        return new Side(whole, outputPadding switch
        {
            null => Padding == Padding.Same ? length * stride : Math.Max(whole, length * stride),
            { } added => Padding == Padding.Same ? ((length - 1) * stride) + (extent % 2) + added : whole + added,
        });
    }

    /// <summary>One side of the output: as long as the terms reach, and as long as Keras makes it by cutting both ends or adding zeros behind.</summary>
    private readonly record struct Side(long Whole, long Output)
    {
        public long Front => Math.Max(0, Whole - Output) / 2;

        public long Back => Math.Max(0, Whole - Output) - Front;

        public long Missing => Math.Max(0, Output - Whole);
    }
}
