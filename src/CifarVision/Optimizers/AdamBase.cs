using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// The rule of Adam and AdamW: <c>m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= rate sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + epsilon)</c>.
/// </summary>
public abstract class AdamBase : Optimizer
{
    private const string MomentumSlot = "momentum";
    private const string VelocitySlot = "velocity";
    private const string VelocityHatSlot = "velocity_hat";

    private protected AdamBase(
        LearningRateSchedule learningRate,
        double beta1,
        double beta2,
        double epsilon,
        bool amsgrad,
        double? weightDecay,
        double? clipNorm,
        double? clipValue,
        double? globalClipNorm,
        bool useEma,
        double emaMomentum,
        int? emaOverwriteFrequency,
        int? gradientAccumulationSteps,
        IEnumerable<string>? excludeFromWeightDecay,
        string? name)
        : base(
            learningRate, weightDecay, clipNorm, clipValue, globalClipNorm, useEma, emaMomentum, emaOverwriteFrequency,
            gradientAccumulationSteps, excludeFromWeightDecay, name)
    {
        Beta1 = Require.FractionBelowOne(beta1, this);
        Beta2 = Require.FractionBelowOne(beta2, this);
        Epsilon = Require.AtLeastZero(epsilon, this);
        AmsGrad = amsgrad;
    }

    /// <summary>The exponential decay rate of the mean gradient (first moment).</summary>
    public double Beta1 { get; }

    /// <summary>The exponential decay rate of the mean squared gradient (second moment).</summary>
    public double Beta2 { get; }

    /// <summary>The number added to the denominator.</summary>
    public double Epsilon { get; }

    /// <summary>Whether updates are divided by the largest mean squared gradient so far.</summary>
    public bool AmsGrad { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["beta_1"] = Beta1;
        config["beta_2"] = Beta2;
        config["epsilon"] = Epsilon;
        config["amsgrad"] = AmsGrad;
        return config;
    }

    /// <inheritdoc/>
    protected override void BuildSlots(IReadOnlyList<Weight> weights)
    {
        AddSlots(weights, [MomentumSlot, VelocitySlot]);
        if (AmsGrad)
            AddSlots(weights, [VelocityHatSlot]);
    }

    /// <inheritdoc/>
    protected override void Update(Weight weight, Tensor gradient, double learningRate)
    {
        long step = Iterations + 1;
        double alpha = learningRate * Math.Sqrt(1 - Power(Beta2, step, weight)) / (1 - Power(Beta1, step, weight));
        Tensor momentum = Slot(weight, MomentumSlot).MultiplyInPlace(Beta1).AddInPlace(gradient, scale: 1 - Beta1);
        Tensor velocity = Slot(weight, VelocitySlot).MultiplyInPlace(Beta2).AddProductInPlace(gradient, gradient, 1 - Beta2);
        if (AmsGrad)
            velocity = Slot(weight, VelocityHatSlot).copy_(torch.maximum(Slot(weight, VelocityHatSlot), velocity));
        weight.Value.AddQuotientInPlace(momentum, velocity.sqrt().AddInPlace(Epsilon), -alpha);
    }
}
