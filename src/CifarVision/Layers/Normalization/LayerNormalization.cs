using System.Text.Json.Nodes;
using CifarVision.Constraints;
using CifarVision.Formats;
using CifarVision.Initializers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// Normalizes each sample along some axes to mean 0 and variance 1, then scales and shifts it, in training and inference: (N, ...) -> (N, ...). With the last
/// axis, as in ConvNeXt, each position of an image by its channels. Weights: <c>gamma</c>, <c>beta</c>, each of the lengths of these axes.
/// </summary>
/// <remarks>
/// The computation is float32 under mixed_bfloat16.
/// Source: Ba, Kiros, Hinton, "Layer normalization", 2016.
/// </remarks>
public sealed class LayerNormalization : ScaledNormalization
{
    private readonly int[] _axis;

    /// <summary>Creates the layer; <see cref="Layer.Build(TensorShape)"/> creates the weights.</summary>
    /// <param name="axis">The axes to normalize along, counted with the batch as axis 0, or all from the end if negative. Default -1, the last.</param>
    /// <param name="epsilon">Added to the variance, at least 0. Default 0.001.</param>
    /// <param name="center">Whether <c>beta</c> is added. Default true.</param>
    /// <param name="scale">Whether it is multiplied by <c>gamma</c>. Default true.</param>
    /// <param name="betaInitializer">Default <see cref="Zeros"/>.</param>
    /// <param name="gammaInitializer">Default <see cref="Ones"/>.</param>
    /// <param name="betaRegularizer">The regularizer of <c>beta</c>. Default none.</param>
    /// <param name="gammaRegularizer">The regularizer of <c>gamma</c>. Default none.</param>
    /// <param name="betaConstraint">The constraint on <c>beta</c>. Default none.</param>
    /// <param name="gammaConstraint">The constraint on <c>gamma</c>. Default none.</param>
    /// <param name="name">The name, unique in a model. Default <c>layer_normalization</c>, numbered.</param>
    /// <exception cref="ArgumentException">There is no axis, one is given twice, or some are counted from the front and others from the end.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is negative.</exception>
    public LayerNormalization(
        IReadOnlyList<int>? axis = null,
        double epsilon = 1e-3,
        bool center = true,
        bool scale = true,
        Initializer? betaInitializer = null,
        Initializer? gammaInitializer = null,
        Regularizer? betaRegularizer = null,
        Regularizer? gammaRegularizer = null,
        Constraint? betaConstraint = null,
        Constraint? gammaConstraint = null,
        string? name = null)
        : base(epsilon, center, scale, betaInitializer, gammaInitializer, betaRegularizer, gammaRegularizer, betaConstraint, gammaConstraint, name)
    {
        // In Keras' order, which the weights have.
        _axis = [.. (axis ?? [-1]).Order()];
        if (_axis.Length == 0 || _axis.Distinct().Count() < _axis.Length || _axis[0] < 0 != _axis[^1] < 0)
            throw new ArgumentException($"LayerNormalization: axis must hold different axes, all counted from the front or all from the end, but was [{string.Join(", ", axis!)}].", nameof(axis));
    }

    /// <summary>The axes to normalize along, in ascending order.</summary>
    public IReadOnlyList<int> Axis => _axis;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        foreach ((int place, int axis) in Places(inputShape).Zip(_axis))
        {
            if (place < 1 || place > inputShape.Rank)
                throw new ArgumentException(FormattableString.Invariant($"LayerNormalization: axis of '{Name}' must be one of the sample's, but was {axis} for {inputShape}. Axis 0 is the batch."), nameof(inputShape));
        }

        return inputShape;
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["axis"] = new JsonArray([.. _axis]);
        config["epsilon"] = Epsilon;
        config["center"] = Center;
        config["scale"] = Scale;
        config["rms_scaling"] = false;
        AddScaleAndShiftTo(config);
        return config;
    }

    internal static LayerNormalization FromConfig(KerasConfig config)
    {
        // A layer that was not built has a number in Keras' files.
        const string rule = "a whole number or a list of them";
        int[] axis = config.Object("axis") is JsonArray ? config.Required<int[]>("axis", rule) : [config.Whole("axis", -1)];
        return new LayerNormalization(
            axis,
            config.Only("rms_scaling", false).Number("epsilon", 1e-3),
            config.Flag("center", true),
            config.Flag("scale", true),
            config.Initializer("beta_initializer"),
            config.Initializer("gamma_initializer"),
            config.Regularizer("beta_regularizer"),
            config.Regularizer("gamma_regularizer"),
            config.Constraint("beta_constraint"),
            config.Constraint("gamma_constraint"),
            config.Name());
    }

    /// <inheritdoc/>
    protected override void BuildCore(TensorShape inputShape) => AddScaleAndShift(Lengths(inputShape));

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        TensorShape shape = graph.ShapeOf(input);
        long[] order = NormalizedLast(shape);
        long[] lengths = Lengths(shape);
        string[] weights =
        [
            graph.Constant("gamma", Gamma?.Value ?? torch.ones(lengths, device: torch.CPU)),
            .. Beta is null ? Array.Empty<string>() : [graph.Constant("beta", Beta.Value)],
        ];
        return Transposed(graph.Add("LayerNormalization", [Transposed(input, order), .. weights], ("axis", -lengths.Length), ("epsilon", Epsilon)), Inverse(order));

        string Transposed(string tensor, long[] permutation) => IsInOrder(permutation) ? tensor : graph.Add("Transpose", [tensor], ("perm", permutation));
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training)
    {
        TensorShape shape = x.shape[1..];
        long[] order = NormalizedLast(shape);
        Tensor wide = Widened(x);
        Tensor y = IsInOrder(order)
            ? Normalize(wide, Lengths(shape), Gamma?.Value, Beta?.Value)
            : Normalize(wide.permute(order), Lengths(shape), Gamma?.Value, Beta?.Value).permute(Inverse(order)).contiguous();
        return y.to(x.dtype);
    }

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) => input.Shape.Rank <= 3
        ? AddTo(model, "LayerNormalization", new() { ["axis"] = new JsonArray([.. Places(input.Shape)]), ["epsilon"] = Epsilon, ["center"] = Center, ["scale"] = Scale }, [input])
        : throw NotInTensorFlowJs($"its LayerNormalization takes images or less, not {input.Shape}", "Put a Reshape before and after it");

    private protected override bool CanTake(IReadOnlyList<TensorShape> inputShapes) =>
        inputShapes is [TensorShape shape] && shape.Rank == InputShape.Rank && Lengths(shape).SequenceEqual(Lengths(InputShape));

    private static bool IsInOrder(long[] permutation) => permutation.Index().All(axis => axis.Item == axis.Index);

    private static long[] Inverse(long[] permutation) => [.. permutation.Index().OrderBy(axis => axis.Item).Select(axis => (long)axis.Index)];

    // With the batch as axis 0.
    private int[] Places(TensorShape shape) => [.. _axis.Select(axis => axis < 0 ? shape.Rank + 1 + axis : axis)];

    private long[] Lengths(TensorShape shape) => [.. Places(shape).Select(place => shape[place - 1])];

    private long[] NormalizedLast(TensorShape shape)
    {
        int[] places = Places(shape);
        return [.. Enumerable.Range(0, shape.Rank + 1).Except(places).Concat(places).Select(axis => (long)axis)];
    }
}
