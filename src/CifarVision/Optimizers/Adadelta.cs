using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// Movements as large as the last ones, relative to the gradients (Zeiler 2012; Keras: <c>Adadelta</c>): <c>a = rho a + (1 - rho) g^2;
/// d = sqrt(b + epsilon) / sqrt(a + epsilon) g; b = rho b + (1 - rho) d^2; w -= rate d</c>. The paper's own rate is 1.
/// </summary>
public sealed class Adadelta : Optimizer
{
    private const string AccumulatedGradientSlot = "accumulated_grad";
    private const string AccumulatedDeltaSlot = "accumulated_delta_var";

    /// <summary>Movements as large as the last ones, relative to the gradients.</summary>
    /// <param name="learningRate">A number of 0 or more, or a schedule. Default 0.001.</param>
    /// <param name="rho">The part of the mean squared gradient that stays at each update, from 0 to 1. Default 0.95.</param>
    /// <param name="epsilon">Added below the roots; it sets the size of the first movements. Default 1e-7.</param>
    /// <param name="weightDecay">The part of each weight, times the learning rate, taken away before an update. Default none.</param>
    /// <param name="clipNorm">The largest norm of each weight's gradient. Default no limit.</param>
    /// <param name="clipValue">The largest absolute value in a gradient. Default no limit.</param>
    /// <param name="globalClipNorm">The largest norm over all gradients together. Default no limit.</param>
    /// <param name="useEma">Whether to keep a moving average of the weights, which replaces them at the end of Fit. Default false.</param>
    /// <param name="emaMomentum">The part of the moving average that stays at each step, from 0 to 1. Default 0.99.</param>
    /// <param name="emaOverwriteFrequency">Replace the weights by their average every so many updates as well. Default at the end only.</param>
    /// <param name="gradientAccumulationSteps">Update once in so many steps, 2 or more, by the mean of their gradients. Default every step.</param>
    /// <param name="excludeFromWeightDecay">Parts of names of weights that do not decay, as <c>["bias", "gamma", "beta"]</c>. Default none.</param>
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

    /// <summary>The part of the mean squared gradient that stays at each update.</summary>
    public double Rho { get; }

    /// <summary>What is added below the roots.</summary>
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
