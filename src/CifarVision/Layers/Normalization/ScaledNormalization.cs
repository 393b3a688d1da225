using System.Text.Json.Nodes;
using CifarVision.Constraints;
using CifarVision.Initializers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>
/// The base of <see cref="LayerNormalization"/> and <see cref="GroupNormalization"/>, which normalize each sample by its own mean and variance, in training
/// and in inference, and then scale and shift it by weights.
/// </summary>
public abstract class ScaledNormalization : Layer
{
    private protected ScaledNormalization(
        double epsilon,
        bool center,
        bool scale,
        Initializer? betaInitializer,
        Initializer? gammaInitializer,
        Regularizer? betaRegularizer,
        Regularizer? gammaRegularizer,
        Constraint? betaConstraint,
        Constraint? gammaConstraint,
        string? name)
        : base(name)
    {
        (Epsilon, Center, Scale) = (Require.AtLeastZero(epsilon, this), center, scale);
        (BetaInitializer, GammaInitializer) = (betaInitializer ?? new Zeros(), gammaInitializer ?? new Ones());
        (BetaRegularizer, GammaRegularizer) = (betaRegularizer, gammaRegularizer);
        (BetaConstraint, GammaConstraint) = (betaConstraint, gammaConstraint);
    }

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

    /// <summary>The regularizer of <c>beta</c>.</summary>
    public Regularizer? BetaRegularizer { get; }

    /// <summary>The regularizer of <c>gamma</c>.</summary>
    public Regularizer? GammaRegularizer { get; }

    /// <summary>The constraint on <c>beta</c>.</summary>
    public Constraint? BetaConstraint { get; }

    /// <summary>The constraint on <c>gamma</c>.</summary>
    public Constraint? GammaConstraint { get; }

    private protected Weight? Gamma { get; private set; }

    private protected Weight? Beta { get; private set; }

    private protected void AddScaleAndShift(TensorShape shape)
    {
        if (Scale)
            Gamma = AddWeight("gamma", shape, GammaInitializer, regularizer: GammaRegularizer, constraint: GammaConstraint);
        if (Center)
            Beta = AddWeight("beta", shape, BetaInitializer, regularizer: BetaRegularizer, constraint: BetaConstraint);
    }

    private protected void AddScaleAndShiftTo(JsonObject config)
    {
        config["beta_initializer"] = BetaInitializer.ToKeras();
        config["gamma_initializer"] = GammaInitializer.ToKeras();
        config["beta_regularizer"] = BetaRegularizer.ToKeras();
        config["gamma_regularizer"] = GammaRegularizer.ToKeras();
        config["beta_constraint"] = BetaConstraint.ToKeras();
        config["gamma_constraint"] = GammaConstraint.ToKeras();
    }

    /// <summary>Normalizes over the last axes, and scales and shifts by weights of their shape.</summary>
    /// <param name="x">The values, float32 or float64.</param>
    /// <param name="axes">The lengths of the last axes.</param>
    /// <param name="gamma">The scale, or null.</param>
    /// <param name="beta">The shift, or null.</param>
    private protected Tensor Normalize(Tensor x, long[] axes, Tensor? gamma = null, Tensor? beta = null)
    {
        // Torch's kernel and its gradient lose the digits that the mean has over the standard deviation. Values around 0 lose none, and neither the
        // result nor the gradient depends on what is subtracted here.
        long[] last = [.. Enumerable.Range(1, axes.Length).Select(axis => (long)-axis)];
        return F.layer_norm(x - x.detach().mean(last, keepdim: true), axes, gamma, beta, Epsilon);
    }

    /// <summary>Returns bfloat16 values as float32, in which moments are computed, and others unchanged.</summary>
    private protected static Tensor Widened(Tensor x) => x.dtype == ScalarType.BFloat16 ? x.to(ScalarType.Float32) : x;
}
