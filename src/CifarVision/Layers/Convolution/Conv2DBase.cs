using System.Text.Json.Nodes;
using CifarVision.Constraints;
using CifarVision.Initializers;
using CifarVision.Regularizers;
using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>The base of <see cref="Conv2D"/>, <see cref="Conv2DTranspose"/>, <see cref="DepthwiseConv2D"/> and <see cref="SeparableConv2D"/>, which slide a kernel over images.</summary>
public abstract class Conv2DBase : Layer
{
    private protected Conv2DBase(SlidingWindow window, ActivationFunction activation, bool useBias, Initializer? biasInitializer, Regularizer? biasRegularizer, Constraint? biasConstraint, string? name)
        : base(name)
    {
        (Window, Activation, UseBias) = (window, activation, useBias);
        (BiasInitializer, BiasRegularizer, BiasConstraint) = (biasInitializer ?? new Zeros(), biasRegularizer, biasConstraint);
    }

    /// <summary>The height and width of the kernel.</summary>
    public Size2D KernelSize => Window.Size;

    /// <summary>The strides.</summary>
    public Size2D Strides => Window.Strides;

    /// <summary>The padding.</summary>
    public Padding Padding => Window.Padding;

    /// <summary>The dilation rate.</summary>
    public Size2D DilationRate => Window.DilationRate;

    /// <summary>The activation.</summary>
    public ActivationFunction Activation { get; }

    /// <summary>Whether the layer has a bias.</summary>
    public bool UseBias { get; }

    /// <summary>The initializer of the bias.</summary>
    public Initializer BiasInitializer { get; }

    /// <summary>The regularizer of the bias.</summary>
    public Regularizer? BiasRegularizer { get; }

    /// <summary>The constraint on the bias.</summary>
    public Constraint? BiasConstraint { get; }

    /// <inheritdoc/>
    public override long ForwardFlops => 2 * OutputShape[0] * OutputShape[1] * OwnWeights.Where(weight => weight != Bias).Sum(weight => weight.Count);

    internal override ActivationFunction FinalActivation => Activation;

    private protected SlidingWindow Window { get; }

    private protected Weight? Bias { get; private set; }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => Activation.Apply(BeforeActivation(x, training));

    /// <summary>Computes the convolution and a batch normalization after it, in inference, as one convolution. The layer must be linear.</summary>
    internal Tensor RunNormalized(Tensor x, BatchNormalization normalization)
    {
        (Tensor scale, Tensor bias) = ScaleAndBias(normalization);
        return Convolve(InComputeType(x), scale, bias);
    }

    /// <summary>Returns what a batch normalization in inference makes of the convolution: a factor for each output channel, and the bias, of the compute dtype.</summary>
    private protected (Tensor Scale, Tensor Bias) ScaleAndBias(BatchNormalization normalization)
    {
        (Tensor scale, Tensor shift) = normalization.ScaleAndShift();
        Tensor bias = Bias is null ? shift : (Bias.Value * scale).Add(shift);
        return (scale, bias.to(ComputeType));
    }

    /// <summary>Computes the convolution with the bias, before the activation.</summary>
    /// <param name="x">The images, of the compute dtype.</param>
    /// <param name="scale">A factor for each output channel, to multiply the kernel by, or null.</param>
    /// <param name="bias">What is added to each output channel, of the compute dtype, or null.</param>
    private protected abstract Tensor Convolve(Tensor x, Tensor? scale, Tensor? bias);

    private protected override Tensor BeforeActivation(Tensor x, bool training) => Convolve(x, null, Bias is null ? null : Cast(Bias));

    /// <summary>Returns a kernel of the compute dtype, multiplied by a factor if there is one.</summary>
    private protected Tensor Scaled(Weight kernel, Tensor? scale) => scale is null ? Cast(kernel) : (kernel.Value * scale).to(ComputeType);

    /// <summary>Creates the bias, which is the last weight, if the layer has one.</summary>
    private protected void AddBias(int channels)
    {
        if (UseBias)
            Bias = AddWeight("bias", channels, BiasInitializer, regularizer: BiasRegularizer, constraint: BiasConstraint);
    }

    /// <summary>Adds the kernel size, strides, padding and dilation rate to a config, under Keras' names and in Keras' order.</summary>
    private protected JsonObject WithWindow(JsonObject config)
    {
        config["kernel_size"] = KernelSize.ToKeras();
        config["strides"] = Strides.ToKeras();
        config["padding"] = Padding.ToKeras();
        config["data_format"] = "channels_last";
        config["dilation_rate"] = DilationRate.ToKeras();
        return config;
    }

    /// <summary>Adds activation and <c>use_bias</c> to a config.</summary>
    private protected JsonObject WithActivation(JsonObject config)
    {
        config["activation"] = Activation.KerasName();
        config["use_bias"] = UseBias;
        return config;
    }

    /// <summary>Returns the settings that the convolutions of TensorFlow.js share.</summary>
    private protected JsonObject TensorFlowJsSettings()
    {
        JsonObject config = WithWindow([]);
        config["activation"] = TensorFlowJsName(Activation);
        config["use_bias"] = UseBias;
        return config;
    }

    private protected override bool CanTake(IReadOnlyList<TensorShape> inputShapes) => HasSameLastAxis(inputShapes);
}
