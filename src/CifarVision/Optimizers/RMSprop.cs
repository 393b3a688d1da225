using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// Gradients divided by the root of their mean square (Tieleman and Hinton 2012; Keras: <c>RMSprop</c>): <c>v = rho v + (1 - rho) g^2;
/// w -= rate g / sqrt(v + epsilon)</c>.
/// </summary>
public sealed class RMSprop : Optimizer
{
    private const string VelocitySlot = "velocity";
    private const string MomentumSlot = "momentum";
    private const string AverageGradientSlot = "average_gradient";

    /// <summary>Creates RMSprop.</summary>
    /// <param name="learningRate">A number of 0 or more, or a schedule. Default 0.001.</param>
    /// <param name="rho">The exponential decay rate of the mean squared gradient, from 0 to 1. Default 0.9.</param>
    /// <param name="momentum">The momentum, from 0 to 1. Default 0.</param>
    /// <param name="epsilon">A small number added under the square root to avoid division by zero. Default 1e-7.</param>
    /// <param name="centered">Whether to divide by the variance of the gradient instead of its mean square (Graves 2013). Default false.</param>
    /// <param name="weightDecay">The weight decay: before each update, the weight times this factor and the learning rate is subtracted. Default none.</param>
    /// <include file='Arguments.xml' path='arguments/shared/param'/>
    /// <param name="name">The name in files. Default <c>rm_sprop</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">More than one of the three clippings is set, or a name is empty.</exception>
    public RMSprop(
        LearningRateSchedule? learningRate = null,
        double rho = 0.9,
        double momentum = 0,
        double epsilon = 1e-7,
        bool centered = false,
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
        Rho = Require.Fraction(rho, this);
        Momentum = Require.Fraction(momentum, this);
        Epsilon = Require.AtLeastZero(epsilon, this);
        Centered = centered;
    }

    /// <summary>The exponential decay rate of the mean squared gradient (second moment).</summary>
    public double Rho { get; }

    /// <summary>The momentum.</summary>
    public double Momentum { get; }

    /// <summary>The number added under the square root.</summary>
    public double Epsilon { get; }

    /// <summary>Whether updates are divided by the variance of the gradients instead of their mean square.</summary>
    public bool Centered { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["rho"] = Rho;
        config["momentum"] = Momentum;
        config["epsilon"] = Epsilon;
        config["centered"] = Centered;
        return config;
    }

    /// <inheritdoc/>
    protected override void BuildSlots(IReadOnlyList<Weight> weights)
    {
        AddSlots(weights, [VelocitySlot]);
        if (Momentum > 0)
            AddSlots(weights, [MomentumSlot]);
        if (Centered)
            AddSlots(weights, [AverageGradientSlot]);
    }

    /// <inheritdoc/>
    protected override void Update(Weight weight, Tensor gradient, double learningRate)
    {
        Tensor denominator = Slot(weight, VelocitySlot).MultiplyInPlace(Rho).AddProductInPlace(gradient, gradient, 1 - Rho).Add(Epsilon);
        if (Centered)
        {
            Tensor average = Slot(weight, AverageGradientSlot).MultiplyInPlace(Rho).AddInPlace(gradient, scale: 1 - Rho);
            denominator.AddProductInPlace(average, average, -1);
        }

        denominator.sqrt_();
        if (Momentum == 0)
            weight.Value.AddQuotientInPlace(gradient, denominator, -learningRate);
        else
            weight.Value.sub_(Slot(weight, MomentumSlot).MultiplyInPlace(Momentum).AddQuotientInPlace(gradient, denominator, learningRate));
    }
}
