using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// Gradients over the root of the sum of all their squares so far (Duchi et al. 2011; Keras: <c>Adagrad</c>): <c>a += g^2;
/// w -= rate g / sqrt(a + epsilon)</c>.
/// </summary>
public sealed class Adagrad : Optimizer
{
    private const string AccumulatorSlot = "accumulator";

    /// <summary>Gradients over the root of the sum of their squares.</summary>
    /// <param name="learningRate">A number of 0 or more, or a schedule. Default 0.001.</param>
    /// <param name="initialAccumulatorValue">What the sum of squares begins with, 0 or more. Default 0.1.</param>
    /// <param name="epsilon">Added below the root, so that nothing is divided by 0. Default 1e-7.</param>
    /// <param name="weightDecay">The part of each weight, times the learning rate, taken away before an update. Default none.</param>
    /// <param name="clipNorm">The largest norm of each weight's gradient. Default no limit.</param>
    /// <param name="clipValue">The largest absolute value in a gradient. Default no limit.</param>
    /// <param name="globalClipNorm">The largest norm over all gradients together. Default no limit.</param>
    /// <param name="useEma">Whether to keep a moving average of the weights, which replaces them at the end of Fit. Default false.</param>
    /// <param name="emaMomentum">The part of the moving average that stays at each step, from 0 to 1. Default 0.99.</param>
    /// <param name="emaOverwriteFrequency">Replace the weights by their average every so many updates as well. Default at the end only.</param>
    /// <param name="gradientAccumulationSteps">Update once in so many steps, 2 or more, by the mean of their gradients. Default every step.</param>
    /// <param name="excludeFromWeightDecay">Parts of names of weights that do not decay, as <c>["bias", "gamma", "beta"]</c>. Default none.</param>
    /// <param name="name">The name in files. Default <c>adagrad</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">More than one of the three clippings is set, or a name is empty.</exception>
    public Adagrad(
        LearningRateSchedule? learningRate = null,
        double initialAccumulatorValue = 0.1,
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
        InitialAccumulatorValue = Require.AtLeastZero(initialAccumulatorValue, this);
        Epsilon = Require.AtLeastZero(epsilon, this);
    }

    /// <summary>What the sum of squares begins with.</summary>
    public double InitialAccumulatorValue { get; }

    /// <summary>What is added below the root.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["initial_accumulator_value"] = InitialAccumulatorValue;
        config["epsilon"] = Epsilon;
        return config;
    }

    /// <inheritdoc/>
    protected override void BuildSlots(IReadOnlyList<Weight> weights) => AddSlots(weights, [AccumulatorSlot], InitialAccumulatorValue);

    /// <inheritdoc/>
    protected override void Update(Weight weight, Tensor gradient, double learningRate)
    {
        Tensor accumulator = Slot(weight, AccumulatorSlot).AddProductInPlace(gradient, gradient, 1);
        weight.Value.AddQuotientInPlace(gradient, accumulator.Add(Epsilon).sqrt_(), -learningRate);
    }
}
