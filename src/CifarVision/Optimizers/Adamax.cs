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

    /// <summary>Creates Adam with the largest gradient in place of the mean square.</summary>
    /// <param name="learningRate">A number of 0 or more, or a schedule. Default 0.001.</param>
    /// <param name="beta1">The exponential decay rate of the mean gradient (first moment), at least 0 and less than 1. Default 0.9.</param>
    /// <param name="beta2">The exponential decay rate of the largest gradient, at least 0 and less than 1. Default 0.999.</param>
    /// <param name="epsilon">A small number added to the largest gradient to avoid division by zero. Default 1e-7.</param>
    /// <param name="weightDecay">The weight decay: before each update, the weight times this factor and the learning rate is subtracted. Default none.</param>
    /// <include file='Arguments.xml' path='arguments/shared/param'/>
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

    /// <summary>The exponential decay rate of the mean gradient (first moment).</summary>
    public double Beta1 { get; }

    /// <summary>The exponential decay rate of the largest gradient.</summary>
    public double Beta2 { get; }

    /// <summary>The number added to the largest gradient.</summary>
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
