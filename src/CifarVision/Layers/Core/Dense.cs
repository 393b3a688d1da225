using System.Text.Json.Nodes;
using CifarVision.Constraints;
using CifarVision.Initializers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>A fully connected layer: (N, ..., F) -> (N, ..., units). Weights: <c>kernel</c> (F, units), <c>bias</c> (units).</summary>
public sealed class Dense : Layer
{
    private Weight? _kernel;
    private Weight? _bias;

    /// <summary>Creates the layer; <see cref="Layer.Build(TensorShape)"/> creates the weights.</summary>
    /// <param name="units">The number of units, at least 1.</param>
    /// <param name="activation">The activation. Default none.</param>
    /// <param name="useBias">Whether to add a bias. Default true.</param>
    /// <param name="kernelInitializer">The initializer of the kernel. Default <see cref="GlorotUniform"/>.</param>
    /// <param name="biasInitializer">The initializer of the bias. Default <see cref="Zeros"/>.</param>
    /// <param name="kernelRegularizer">The regularizer of the kernel. Default none.</param>
    /// <param name="biasRegularizer">The regularizer of the bias. Default none.</param>
    /// <param name="kernelConstraint">The constraint on the kernel. Default none.</param>
    /// <param name="biasConstraint">The constraint on the bias. Default none.</param>
    /// <param name="name">The name, unique in a model. Default <c>dense</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of units is less than 1.</exception>
    public Dense(
        int units,
        ActivationFunction activation = ActivationFunction.Linear,
        bool useBias = true,
        Initializer? kernelInitializer = null,
        Initializer? biasInitializer = null,
        Regularizer? kernelRegularizer = null,
        Regularizer? biasRegularizer = null,
        Constraint? kernelConstraint = null,
        Constraint? biasConstraint = null,
        string? name = null)
        : base(name)
    {
        (Units, Activation, UseBias) = (Require.AtLeast(1, units, this), activation, useBias);
        (KernelInitializer, BiasInitializer) = (kernelInitializer ?? new GlorotUniform(), biasInitializer ?? new Zeros());
        (KernelRegularizer, BiasRegularizer) = (kernelRegularizer, biasRegularizer);
        (KernelConstraint, BiasConstraint) = (kernelConstraint, biasConstraint);
    }

    /// <summary>The number of units.</summary>
    public int Units { get; }

    /// <summary>The activation.</summary>
    public ActivationFunction Activation { get; }

    /// <summary>Whether the layer has a bias.</summary>
    public bool UseBias { get; }

    /// <summary>The initializer of the kernel.</summary>
    public Initializer KernelInitializer { get; }

    /// <summary>The initializer of the bias.</summary>
    public Initializer BiasInitializer { get; }

    /// <summary>The regularizer of the kernel.</summary>
    public Regularizer? KernelRegularizer { get; }

    /// <summary>The regularizer of the bias.</summary>
    public Regularizer? BiasRegularizer { get; }

    /// <summary>The constraint on the kernel.</summary>
    public Constraint? KernelConstraint { get; }

    /// <summary>The constraint on the bias.</summary>
    public Constraint? BiasConstraint { get; }

    /// <inheritdoc/>
    public override long ForwardFlops => _kernel is null ? 0 : 2 * OutputShape.ElementCount / Units * _kernel.Count;

    internal override ActivationFunction FinalActivation => Activation;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape.Rank > 0
        ? new TensorShape([.. inputShape.Dims[..^1], Units])
        : throw new ArgumentException($"Dense: expected input of rank 2 (batch, features) or more, but was {inputShape}.", nameof(inputShape));

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["units"] = Units;
        config["activation"] = Activation.KerasName();
        config["use_bias"] = UseBias;
        config["kernel_initializer"] = KernelInitializer.ToKeras();
        config["bias_initializer"] = BiasInitializer.ToKeras();
        config["kernel_regularizer"] = KernelRegularizer.ToKeras();
        config["bias_regularizer"] = BiasRegularizer.ToKeras();
        config["kernel_constraint"] = KernelConstraint.ToKeras();
        config["bias_constraint"] = BiasConstraint.ToKeras();
        return config;
    }

    internal static Dense FromConfig(KerasConfig config) => new(
        config.Whole("units"),
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
        // (units, F) in memory, the order that torch's linear takes.
        _kernel = AddWeight("kernel", new TensorShape(inputShape[^1], Units), KernelInitializer, regularizer: KernelRegularizer, constraint: KernelConstraint, memoryOrder: [1, 0]);
        if (UseBias)
            _bias = AddWeight("bias", Units, BiasInitializer, regularizer: BiasRegularizer, constraint: BiasConstraint);
    }

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        string y = graph.Add("MatMul", [input, graph.Constant("kernel", _kernel!.Value)]);
        if (_bias is not null)
            y = graph.Add("Add", [y, graph.Constant("bias", _bias.Value)]);
        return Activation.AddTo(graph, y);
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => Activation.Apply(BeforeActivation(x, training));

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) =>
        AddTo(model, "Dense", new() { ["units"] = Units, ["activation"] = TensorFlowJsName(Activation), ["use_bias"] = UseBias }, [input]);

    private protected override Tensor BeforeActivation(Tensor x, bool training) =>
        BFloat16Products.Compute(x, Cast(_kernel!), _bias is null ? null : Cast(_bias), (inputs, kernel, bias) => F.linear(inputs, kernel.t(), bias));

    private protected override bool CanTake(IReadOnlyList<TensorShape> inputShapes) => HasSameLastAxis(inputShapes);
}
