using System.Text.Json.Nodes;
using CifarVision.Constraints;
using CifarVision.Formats;
using CifarVision.Initializers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// Normalizes each group of channels of each sample to mean 0 and variance 1, then scales and shifts each channel, in training and inference:
/// (N, ..., C) -> (N, ..., C). It does not depend on the other samples of a batch, so it suits small batches. Weights: <c>gamma</c>, <c>beta</c>, each (C).
/// </summary>
/// <remarks>
/// The computation is float32 under mixed_bfloat16.
/// Source: Wu, He, "Group normalization", ECCV 2018.
/// </remarks>
public sealed class GroupNormalization : ScaledNormalization
{
    /// <summary>Creates the layer; <see cref="Layer.Build(TensorShape)"/> creates the weights.</summary>
    /// <param name="groups">The number of groups, which divides the number of channels; -1 for a group for each channel (instance normalization). Default 32.</param>
    /// <param name="epsilon">Added to the variance, at least 0. Default 0.001.</param>
    /// <param name="center">Whether <c>beta</c> is added. Default true.</param>
    /// <param name="scale">Whether it is multiplied by <c>gamma</c>. Default true.</param>
    /// <param name="betaInitializer">Default <see cref="Zeros"/>.</param>
    /// <param name="gammaInitializer">Default <see cref="Ones"/>.</param>
    /// <param name="betaRegularizer">The regularizer of <c>beta</c>. Default none.</param>
    /// <param name="gammaRegularizer">The regularizer of <c>gamma</c>. Default none.</param>
    /// <param name="betaConstraint">The constraint on <c>beta</c>. Default none.</param>
    /// <param name="gammaConstraint">The constraint on <c>gamma</c>. Default none.</param>
    /// <param name="name">The name, unique in a model. Default <c>group_normalization</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of groups is neither -1 nor positive, or epsilon is negative.</exception>
    public GroupNormalization(
        int groups = 32,
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
        if (groups < 1 && groups != -1)
            throw new ArgumentOutOfRangeException(nameof(groups), FormattableString.Invariant($"GroupNormalization: groups must be at least 1, or -1 for a group for each channel, but was {groups}."));
        Groups = groups;
    }

    /// <summary>The number of groups, or -1 for a group for each channel.</summary>
    public int Groups { get; }

    // A Keras file may count the last axis from the front, which can be checked only once the rank is known.
    private int AxisInFile { get; init; } = -1;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        if (inputShape.Rank == 0)
            throw new ArgumentException($"GroupNormalization: expected input of rank 2 (batch, features) or more, but was {inputShape}.", nameof(inputShape));
        if (AxisInFile != -1 && AxisInFile != inputShape.Rank)
            throw new ArgumentException(FormattableString.Invariant($"GroupNormalization: axis of '{Name}' must be the last, but was {AxisInFile} for {inputShape}."), nameof(inputShape));
        return inputShape[^1] % GroupsOf(inputShape[^1]) == 0
            ? inputShape
            : throw new ArgumentException(FormattableString.Invariant($"GroupNormalization: groups of '{Name}' must divide the number of channels, but was {Groups} for {inputShape}."), nameof(inputShape));
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        // As in Keras, a built layer has the number itself.
        config["groups"] = IsBuilt ? GroupsOf(InputShape[^1]) : Groups;
        config["axis"] = AxisInFile;
        config["epsilon"] = Epsilon;
        config["center"] = Center;
        config["scale"] = Scale;
        AddScaleAndShiftTo(config);
        return config;
    }

    internal static GroupNormalization FromConfig(KerasConfig config) => new(
        config.Whole("groups", 32),
        config.Number("epsilon", 1e-3),
        config.Flag("center", true),
        config.Flag("scale", true),
        config.Initializer("beta_initializer"),
        config.Initializer("gamma_initializer"),
        config.Regularizer("beta_regularizer"),
        config.Regularizer("gamma_regularizer"),
        config.Constraint("beta_constraint"),
        config.Constraint("gamma_constraint"),
        config.Name())
    { AxisInFile = config.Whole("axis", -1) };

    /// <inheritdoc/>
    protected override void BuildCore(TensorShape inputShape) => AddScaleAndShift(inputShape[^1]);

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        // Operator set 17 has no GroupNormalization: each group becomes a channel of an InstanceNormalization.
        const long asInInput = 0;
        TensorShape shape = graph.ShapeOf(input);
        long channels = shape[^1];
        long groups = GroupsOf(channels);
        string first = graph.ChannelsFirst(input, shape.Rank + 1);
        string grouped = graph.Add("Reshape", [first, graph.Constant("groups", torch.tensor([asInInput, groups, shape.ElementCount / groups], device: torch.CPU))]);
        string[] inputs = [grouped, graph.Constant("ones", torch.ones(groups, device: torch.CPU)), graph.Constant("zeros", torch.zeros(groups, device: torch.CPU))];
        string normalized = graph.Add("InstanceNormalization", inputs, ("epsilon", Epsilon));
        string y = graph.Add("Reshape", [normalized, graph.Constant("shape", torch.tensor([asInInput, channels, .. shape.Dims[..^1]], device: torch.CPU))]);
        y = graph.ChannelsLast(y, shape.Rank + 1);
        if (Gamma is not null)
            y = graph.Add("Mul", [y, graph.Constant("gamma", Gamma.Value)]);
        return Beta is null ? y : graph.Add("Add", [y, graph.Constant("beta", Beta.Value)]);
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training)
    {
        TensorShape shape = x.shape[1..];
        long groups = GroupsOf(shape[^1]);
        long size = shape[^1] / groups;
        long positions = shape.ElementCount / shape[^1];

        // (N, groups, positions, size): the values of a group side by side.
        Tensor grouped = Widened(x).reshape(x.shape[0], positions, groups, size).transpose(1, 2);
        Tensor y = Normalize(grouped, [positions, size]).transpose(1, 2).reshape(x.shape);
        if (Gamma is not null)
            y = y * Gamma.Value;
        if (Beta is not null)
            y = y.Add(Beta.Value);
        return y.to(x.dtype);
    }

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) =>
        throw NotInTensorFlowJs("it has no such layer", "Use LayerNormalization or BatchNormalization");

    private protected override bool CanTake(IReadOnlyList<TensorShape> inputShapes) => HasSameLastAxis(inputShapes);

    private long GroupsOf(long channels) => Groups == -1 ? channels : Groups;
}
