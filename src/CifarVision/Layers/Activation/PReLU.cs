using System.Text.Json.Nodes;
using CifarVision.Constraints;
using CifarVision.Initializers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>
/// Parametric ReLU: x, or alpha * x where x is negative. Any shape. Weight: <c>alpha</c>, of the shape of a sample, with length 1 along the shared axes.
/// </summary>
/// <remarks>Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015.</remarks>
public sealed class PReLU : Layer
{
    private Weight? _alpha;

    /// <summary>Creates the layer; <see cref="Layer.Build(TensorShape)"/> creates the weight.</summary>
    /// <param name="alphaInitializer">The initializer of alpha. Default <see cref="Zeros"/>.</param>
    /// <param name="alphaRegularizer">The regularizer of alpha. Default none.</param>
    /// <param name="alphaConstraint">The constraint on alpha. Default none.</param>
    /// <param name="sharedAxes">
    /// The axes along which all values have the same alpha, counted with the batch as axis 0: <c>[1, 2]</c> gives one alpha to each channel of images. Default none.
    /// </param>
    /// <param name="name">The name, unique in a model. Default <c>p_re_lu</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A shared axis is less than 1.</exception>
    public PReLU(
        Initializer? alphaInitializer = null,
        Regularizer? alphaRegularizer = null,
        Constraint? alphaConstraint = null,
        IReadOnlyList<int>? sharedAxes = null,
        string? name = null)
        : base(name)
    {
        (AlphaInitializer, AlphaRegularizer, AlphaConstraint) = (alphaInitializer ?? new Zeros(), alphaRegularizer, alphaConstraint);
        foreach (int axis in sharedAxes ?? [])
            Require.AtLeast(1, axis, this, nameof(sharedAxes));
        SharedAxes = sharedAxes is null ? null : [.. sharedAxes];
    }

    /// <summary>The initializer of alpha.</summary>
    public Initializer AlphaInitializer { get; }

    /// <summary>The regularizer of alpha.</summary>
    public Regularizer? AlphaRegularizer { get; }

    /// <summary>The constraint on alpha.</summary>
    public Constraint? AlphaConstraint { get; }

    /// <summary>The axes along which all values have the same alpha, counted with the batch as axis 0; null for none.</summary>
    public IReadOnlyList<int>? SharedAxes { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        foreach (int axis in SharedAxes ?? [])
        {
            if (axis > inputShape.Rank)
                throw new ArgumentException(FormattableString.Invariant($"PReLU: sharedAxes must be axes of the input, but was {axis} for {inputShape}. Axis 0 is the batch."), nameof(inputShape));
        }

        return inputShape;
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["alpha_initializer"] = AlphaInitializer.ToKeras();
        config["alpha_regularizer"] = AlphaRegularizer.ToKeras();
        config["alpha_constraint"] = AlphaConstraint.ToKeras();
        config["shared_axes"] = AxesInKeras();
        return config;
    }

    internal static PReLU FromConfig(KerasConfig config) => new(
        config.Initializer("alpha_initializer"), config.Regularizer("alpha_regularizer"), config.Constraint("alpha_constraint"), Axes(config, "shared_axes"), config.Name());

    /// <inheritdoc/>
    protected override void BuildCore(TensorShape inputShape)
    {
        long[] shape = [.. inputShape.Dims];
        foreach (int axis in SharedAxes ?? [])
            shape[axis - 1] = 1;
        _alpha = AddWeight("alpha", new TensorShape(shape), AlphaInitializer, regularizer: AlphaRegularizer, constraint: AlphaConstraint);
    }

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input) => graph.Add("PRelu", [input, graph.Constant("alpha", _alpha!.Value)]);

    /// <inheritdoc/>
    // Keras' formula: at 0 the gradient is 0, also that of alpha.
    protected override Tensor ForwardCore(Tensor x, bool training) => F.relu(x) - (Cast(_alpha!) * F.relu(x.negative()));

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) =>
        AddTo(model, "PReLU", new() { ["shared_axes"] = AxesInKeras() }, [input]);

    private protected override bool CanTake(IReadOnlyList<TensorShape> inputShapes) =>
        inputShapes is [TensorShape shape] && shape.Rank == InputShape.Rank
        && Enumerable.Range(0, shape.Rank).All(i => shape[i] == InputShape[i] || SharedAxes?.Contains(i + 1) == true);

    // A single axis may be given as a number.
    private static int[]? Axes(KerasConfig config, string key) => config.Object(key) switch
    {
        null => null,
        JsonArray => config.Required<int[]>(key, "axes or null"),
        _ => [config.Whole(key)],
    };

    private JsonArray? AxesInKeras() => SharedAxes is null ? null : [.. SharedAxes];
}
