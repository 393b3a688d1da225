using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// Adam with Nesterov momentum (Dozat 2016; Keras: <c>Nadam</c>): with <c>u_t = b1 (1 - 0.96^t / 2)</c> and <c>U_t = u_1 ... u_t</c>,
/// <c>w -= rate (u_(t+1) m / (1 - U_(t+1)) + (1 - u_t) g / (1 - U_t)) / (sqrt(v / (1 - b2^t)) + epsilon)</c>, m and v as in Adam.
/// </summary>
public sealed class Nadam : Optimizer
{
    private const string MomentumSlot = "momentum";
    private const string VelocitySlot = "velocity";
    private double _product = 1;

    /// <summary>Creates Adam with Nesterov momentum.</summary>
    /// <param name="learningRate">A number of 0 or more, or a schedule. Default 0.001.</param>
    /// <param name="beta1">The exponential decay rate of the mean gradient (first moment), at least 0 and less than 1. Default 0.9.</param>
    /// <param name="beta2">The exponential decay rate of the mean squared gradient (second moment), at least 0 and less than 1. Default 0.999.</param>
    /// <param name="epsilon">A small number added to the denominator to avoid division by zero. Default 1e-7.</param>
    /// <param name="weightDecay">The weight decay: before each update, the weight times this factor and the learning rate is subtracted. Default none.</param>
    /// <include file='Arguments.xml' path='arguments/shared/param'/>
    /// <param name="name">The name in files. Default <c>nadam</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">More than one of the three clippings is set, or a name is empty.</exception>
    public Nadam(
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

    /// <summary>The exponential decay rate of the mean squared gradient (second moment).</summary>
    public double Beta2 { get; }

    /// <summary>The number added to the denominator.</summary>
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
    protected override void BuildSlots(IReadOnlyList<Weight> weights)
    {
        AddSlots(weights, [MomentumSlot, VelocitySlot]);
        _product = 1;
        // Keras gives this variable neither a name nor the optimizer's prefix.
        AddNumber("variable", () => _product, value => _product = value);
    }

    /// <inheritdoc/>
    protected override void BeginUpdate() => _product *= MomentumAt(Iterations + 1);

    /// <inheritdoc/>
    protected override void Update(Weight weight, Tensor gradient, double learningRate)
    {
        long step = Iterations + 1;
        double next = MomentumAt(step + 1);
        Tensor momentum = Slot(weight, MomentumSlot).MultiplyInPlace(Beta1).AddInPlace(gradient, scale: 1 - Beta1);
        Tensor velocity = Slot(weight, VelocitySlot).MultiplyInPlace(Beta2).AddProductInPlace(gradient, gradient, 1 - Beta2);
        Tensor denominator = velocity.Divide(1 - Power(Beta2, step, weight)).sqrt_().AddInPlace(Epsilon);
        weight.Value
            .AddQuotientInPlace(momentum, denominator, -learningRate * next / (1 - _product * next))
            .AddQuotientInPlace(gradient, denominator, -learningRate * (1 - MomentumAt(step)) / (1 - _product));
    }

    private double MomentumAt(long step) => Beta1 * (1 - 0.5 * Math.Pow(0.96, step));
}
