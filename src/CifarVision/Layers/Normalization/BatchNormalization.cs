using System.Text.Json.Nodes;
using CifarVision.Constraints;
using CifarVision.Initializers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// Normalizes each channel to mean 0 and variance 1, then scales and shifts it: (N, ..., C) -> (N, ..., C). In training by the batch, of
/// which it keeps moving averages; otherwise, or when not <see cref="Layer.Trainable"/>, by these averages. Weights: <c>gamma</c>,
/// <c>beta</c>, <c>moving_mean</c>, <c>moving_variance</c>, each (C).
/// </summary>
/// <remarks>
/// As in Keras, the biased variance both normalizes and enters the average, and the computation is float32 under mixed_bfloat16.
/// Source: Ioffe, Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift", ICML 2015.
/// </remarks>
public sealed partial class BatchNormalization : Layer
{
    private Weight? _gamma;
    private Weight? _beta;
    private Weight? _movingMean;
    private Weight? _movingVariance;

    /// <summary>Creates the layer; <see cref="Layer.Build(TensorShape)"/> creates the weights.</summary>
    /// <param name="momentum">The momentum of the moving averages, from 0 to 1. Default 0.99.</param>
    /// <param name="epsilon">Added to the variance, at least 0. Default 0.001.</param>
    /// <param name="center">Whether <c>beta</c> is added. Default true.</param>
    /// <param name="scale">Whether it is multiplied by <c>gamma</c>. Default true.</param>
    /// <param name="betaInitializer">Default <see cref="Zeros"/>.</param>
    /// <param name="gammaInitializer">Default <see cref="Ones"/>.</param>
    /// <param name="movingMeanInitializer">Default <see cref="Zeros"/>.</param>
    /// <param name="movingVarianceInitializer">Default <see cref="Ones"/>.</param>
    /// <param name="betaRegularizer">The regularizer of <c>beta</c>. Default none.</param>
    /// <param name="gammaRegularizer">The regularizer of <c>gamma</c>. Default none.</param>
    /// <param name="betaConstraint">The constraint on <c>beta</c>. Default none.</param>
    /// <param name="gammaConstraint">The constraint on <c>gamma</c>. Default none.</param>
    /// <param name="synchronized">
    /// Whether training on several processes uses the statistics of the whole batch. Default false: each process uses those of its own rows.
    /// </param>
    /// <param name="name">The name, unique in a model. Default <c>batch_normalization</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">Momentum is outside 0 to 1, or epsilon is negative.</exception>
    public BatchNormalization(
        double momentum = 0.99,
        double epsilon = 1e-3,
        bool center = true,
        bool scale = true,
        Initializer? betaInitializer = null,
        Initializer? gammaInitializer = null,
        Initializer? movingMeanInitializer = null,
        Initializer? movingVarianceInitializer = null,
        Regularizer? betaRegularizer = null,
        Regularizer? gammaRegularizer = null,
        Constraint? betaConstraint = null,
        Constraint? gammaConstraint = null,
        bool synchronized = false,
        string? name = null)
        : base(name)
    {
        if (!(momentum >= 0 && momentum <= 1))
            throw new ArgumentOutOfRangeException(nameof(momentum), FormattableString.Invariant($"BatchNormalization: momentum must be from 0 to 1, but was {momentum}."));
        if (!(epsilon >= 0 && double.IsFinite(epsilon)))
            throw new ArgumentOutOfRangeException(nameof(epsilon), FormattableString.Invariant($"BatchNormalization: epsilon must be at least 0, but was {epsilon}."));
        (Momentum, Epsilon, Center, Scale, Synchronized) = (momentum, epsilon, center, scale, synchronized);
        (BetaInitializer, GammaInitializer) = (betaInitializer ?? new Zeros(), gammaInitializer ?? new Ones());
        (MovingMeanInitializer, MovingVarianceInitializer) = (movingMeanInitializer ?? new Zeros(), movingVarianceInitializer ?? new Ones());
        (BetaRegularizer, GammaRegularizer) = (betaRegularizer, gammaRegularizer);
        (BetaConstraint, GammaConstraint) = (betaConstraint, gammaConstraint);
    }

    /// <summary>The momentum of the moving averages.</summary>
    public double Momentum { get; }

    /// <summary>Added to the variance.</summary>
    public double Epsilon { get; }

    /// <summary>Whether there is a <c>beta</c>.</summary>
    public bool Center { get; }

    /// <summary>Whether there is a <c>gamma</c>.</summary>
    public bool Scale { get; }

    /// <summary>The initializer of <c>beta</c>.</summary>
    public Initializer BetaInitializer { get; }

    /// <summary>The initializer of <c>gamma</c>.</summary>
    public Initializer GammaInitializer { get; }

    /// <summary>The initializer of <c>moving_mean</c>.</summary>
    public Initializer MovingMeanInitializer { get; }

    /// <summary>The initializer of <c>moving_variance</c>.</summary>
    public Initializer MovingVarianceInitializer { get; }

    /// <summary>The regularizer of <c>beta</c>.</summary>
    public Regularizer? BetaRegularizer { get; }

    /// <summary>The regularizer of <c>gamma</c>.</summary>
    public Regularizer? GammaRegularizer { get; }

    /// <summary>The constraint on <c>beta</c>.</summary>
    public Constraint? BetaConstraint { get; }

    /// <summary>The constraint on <c>gamma</c>.</summary>
    public Constraint? GammaConstraint { get; }

    /// <summary>Whether training on several processes uses the statistics of the whole batch.</summary>
    public bool Synchronized { get; }

    // A Keras file may count the last axis from the front, which can be checked only once the rank is known.
    private int AxisInFile { get; init; } = -1;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        if (inputShape.Rank == 0)
            throw new ArgumentException($"BatchNormalization: expected input of rank 2 (batch, features) or more, but was {inputShape}.", nameof(inputShape));
        return AxisInFile == -1 || AxisInFile == inputShape.Rank
            ? inputShape
            : throw new ArgumentException(FormattableString.Invariant($"BatchNormalization: axis of '{Name}' must be the last, but was {AxisInFile} for {inputShape}."), nameof(inputShape));
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["axis"] = AxisInFile;
        config["momentum"] = Momentum;
        config["epsilon"] = Epsilon;
        config["center"] = Center;
        config["scale"] = Scale;
        config["beta_initializer"] = BetaInitializer.ToKeras();
        config["gamma_initializer"] = GammaInitializer.ToKeras();
        config["moving_mean_initializer"] = MovingMeanInitializer.ToKeras();
        config["moving_variance_initializer"] = MovingVarianceInitializer.ToKeras();
        config["beta_regularizer"] = BetaRegularizer.ToKeras();
        config["gamma_regularizer"] = GammaRegularizer.ToKeras();
        config["beta_constraint"] = BetaConstraint.ToKeras();
        config["gamma_constraint"] = GammaConstraint.ToKeras();
        config["synchronized"] = Synchronized;
        return config;
    }

    internal static BatchNormalization FromConfig(KerasConfig config)
    {
        // Newer versions write what renorm would use even where it is off.
        config.Only("renorm", false).Ignore("renorm_momentum", "renorm_clipping");
        return new BatchNormalization(
            config.Number("momentum", 0.99),
            config.Number("epsilon", 1e-3),
            config.Flag("center", true),
            config.Flag("scale", true),
            config.Initializer("beta_initializer"),
            config.Initializer("gamma_initializer"),
            config.Initializer("moving_mean_initializer"),
            config.Initializer("moving_variance_initializer"),
            config.Regularizer("beta_regularizer"),
            config.Regularizer("gamma_regularizer"),
            config.Constraint("beta_constraint"),
            config.Constraint("gamma_constraint"),
            config.Flag("synchronized", false),
            config.Name())
        { AxisInFile = config.Whole("axis", -1) };
    }

    /// <inheritdoc/>
    protected override void BuildCore(TensorShape inputShape)
    {
        TensorShape channels = (int)inputShape[^1];
        if (Scale)
            _gamma = AddWeight("gamma", channels, GammaInitializer, regularizer: GammaRegularizer, constraint: GammaConstraint);
        if (Center)
            _beta = AddWeight("beta", channels, BetaInitializer, regularizer: BetaRegularizer, constraint: BetaConstraint);
        _movingMean = AddWeight("moving_mean", channels, MovingMeanInitializer, trainable: false);
        _movingVariance = AddWeight("moving_variance", channels, MovingVarianceInitializer, trainable: false);
    }

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        string[] inputs =
        [
            graph.ChannelsFirst(input, InputShape.Rank + 1),
            graph.Constant("gamma", _gamma?.Value ?? torch.ones_like(_movingMean!.Value)),
            graph.Constant("beta", _beta?.Value ?? torch.zeros_like(_movingMean!.Value)),
            graph.Constant("moving_mean", _movingMean!.Value),
            graph.Constant("moving_variance", _movingVariance!.Value),
        ];
        return graph.ChannelsLast(graph.Add("BatchNormalization", inputs, ("epsilon", Epsilon)), InputShape.Rank + 1);
    }

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) =>
        AddTo(model, "BatchNormalization", TensorFlowJsBatchNormalization(input, Epsilon, Center, Scale), [input]);

    private protected override bool CanTake(IReadOnlyList<TensorShape> inputShapes) =>
        inputShapes is [TensorShape shape] && shape.Rank == InputShape.Rank && shape[^1] == InputShape[^1];
}
