using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// Updates scaled by the size of earlier updates relative to the gradients (Zeiler 2012; Keras: <c>Adadelta</c>): <c>a = rho a + (1 - rho) g^2;
/// d = sqrt(b + epsilon) / sqrt(a + epsilon) g; b = rho b + (1 - rho) d^2; w -= rate d</c>. The paper's own rate is 1.
/// </summary>
public sealed class Adadelta : Optimizer
{
    private const string AccumulatedGradientSlot = "accumulated_grad";
    private const string AccumulatedDeltaSlot = "accumulated_delta_var";

    /// <summary>Creates Adadelta.</summary>
    /// <param name="learningRate">A number of 0 or more, or a schedule. Default 0.001.</param>
    /// <param name="rho">The exponential decay rate of the mean squared gradient, from 0 to 1. Default 0.95.</param>
    /// <param name="epsilon">A small number added under the square roots; it sets the size of the first updates. Default 1e-7.</param>
    /// <param name="weightDecay">The weight decay: before each update, the weight times this factor and the learning rate is subtracted. Default none.</param>
    /// <include file='Arguments.xml' path='arguments/shared/param'/>
    /// <param name="name">The name in files. Default <c>adadelta</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">More than one of the three clippings is set, or a name is empty.</exception>
    public Adadelta(
        LearningRateSchedule? learningRate = null,
        double rho = 0.95,
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
        Rho = Require.Fraction(rho, this);
        Epsilon = Require.AtLeastZero(epsilon, this);
    }

    /// <summary>The exponential decay rate of the mean squared gradient (second moment).</summary>
    public double Rho { get; }

    /// <summary>The number added under the square roots.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["rho"] = Rho;
        config["epsilon"] = Epsilon;
        return config;
    }

    /// <inheritdoc/>
    protected override void BuildSlots(IReadOnlyList<Weight> weights) => AddSlots(weights, [AccumulatedGradientSlot, AccumulatedDeltaSlot]);

    /// <inheritdoc/>
    protected override void Update(Weight weight, Tensor gradient, double learningRate)
    {
        Tensor gradients = Slot(weight, AccumulatedGradientSlot).MultiplyInPlace(Rho).AddProductInPlace(gradient, gradient, 1 - Rho);
        Tensor deltas = Slot(weight, AccumulatedDeltaSlot);
        Tensor delta = deltas.Add(Epsilon).sqrt_().mul_(gradient).div_(gradients.Add(Epsilon).sqrt_());
        deltas.MultiplyInPlace(Rho).AddProductInPlace(delta, delta, 1 - Rho);
        weight.Value.AddInPlace(delta, scale: -learningRate);
    }
}
