using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// Adam with the largest gradient in place of the mean square (Kingma and Ba 2014, section 7; Keras: <c>Adamax</c>):
/// <c>m = b1 m + (1 - b1) g; u = max(b2 u, |g|); w -= rate / (1 - b1^t) m / (u + epsilon)</c>.
/// </summary>
public sealed class Adamax : Optimizer
{
    private const string MomentumSlot = "momentum";
    private const string NormSlot = "norm";

    /// <summary>Adam with the largest gradient in place of the mean square.</summary>
    /// <param name="learningRate">A number of 0 or more, or a schedule. Default 0.001.</param>
    /// <param name="beta1">The part of the mean gradient that stays at each update, at least 0 and less than 1. Default 0.9.</param>
    /// <param name="beta2">The part of the largest gradient that stays at each update, at least 0 and less than 1. Default 0.999.</param>
    /// <param name="epsilon">Added to the largest gradient, so that nothing is divided by 0. Default 1e-7.</param>
    /// <param name="weightDecay">The part of each weight, times the learning rate, taken away before an update. Default none.</param>
    /// <param name="clipNorm">The largest norm of each weight's gradient. Default no limit.</param>
    /// <param name="clipValue">The largest absolute value in a gradient. Default no limit.</param>
    /// <param name="globalClipNorm">The largest norm over all gradients together. Default no limit.</param>
    /// <param name="useEma">Whether to keep a moving average of the weights, which replaces them at the end of Fit. Default false.</param>
    /// <param name="emaMomentum">The part of the moving average that stays at each step, from 0 to 1. Default 0.99.</param>
    /// <param name="emaOverwriteFrequency">Replace the weights by their average every so many updates as well. Default at the end only.</param>
    /// <param name="gradientAccumulationSteps">Update once in so many steps, 2 or more, by the mean of their gradients. Default every step.</param>
    /// <param name="excludeFromWeightDecay">Parts of names of weights that do not decay, as <c>["bias", "gamma", "beta"]</c>. Default none.</param>
    /// <param name="name">The name in files. Default <c>adamax</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">More than one of the three clippings is set, or a name is empty.</exception>
    public Adamax(
        LearningRateSchedule? learningRate = null,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-7,
        double? weightDecay = null,
        double? clipNorm = null,
        double? clipValue = null,
        double? globalClipNorm = null,
        bool useEma = false,
        double emaMomentum = 0.99,
        int? emaOverwriteFrequency = null,
        int? gradientAccumulationSteps = null,
        IEnumerable<string>? excludeFromWeightDecay = null,
        string? name = null)
        : base(
            learningRate ?? 0.001, weightDecay, clipNorm, clipValue, globalClipNorm, useEma, emaMomentum, emaOverwriteFrequency,
            gradientAccumulationSteps, excludeFromWeightDecay, name)
    {
        Beta1 = Require.FractionBelowOne(beta1, this);
        Beta2 = Require.FractionBelowOne(beta2, this);
        Epsilon = Require.AtLeastZero(epsilon, this);
    }

    /// <summary>The part of the mean gradient that stays at each update.</summary>
    public double Beta1 { get; }

    /// <summary>The part of the largest gradient that stays at each update.</summary>
    public double Beta2 { get; }

    /// <summary>What is added to the largest gradient.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["beta_1"] = Beta1;
        config["beta_2"] = Beta2;
        config["epsilon"] = Epsilon;
        return config;
    }

    /// <inheritdoc/>
    protected override void BuildSlots(IReadOnlyList<Weight> weights) => AddSlots(weights, [MomentumSlot, NormSlot]);

    /// <inheritdoc/>
    protected override void Update(Weight weight, Tensor gradient, double learningRate)
    {
        Tensor momentum = Slot(weight, MomentumSlot).MultiplyInPlace(Beta1).AddInPlace(gradient, scale: 1 - Beta1);
        Tensor norm = Slot(weight, NormSlot).MultiplyInPlace(Beta2);
        norm.copy_(torch.maximum(norm, gradient.abs()));
        weight.Value.AddQuotientInPlace(momentum, norm.Add(Epsilon), -learningRate / (1 - Power(Beta1, Iterations + 1, weight)));
    }
}
