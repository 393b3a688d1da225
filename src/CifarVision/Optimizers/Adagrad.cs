using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// Gradients divided by the root of the sum of all their squares so far (Duchi et al. 2011; Keras: <c>Adagrad</c>): <c>a += g^2;
/// w -= rate g / sqrt(a + epsilon)</c>.
/// </summary>
public sealed class Adagrad : Optimizer
{
    private const string AccumulatorSlot = "accumulator";

    /// <summary>Creates Adagrad.</summary>
    /// <param name="learningRate">A number of 0 or more, or a schedule. Default 0.001.</param>
    /// <param name="initialAccumulatorValue">The initial value of the sum of squares, 0 or more. Default 0.1.</param>
    /// <param name="epsilon">A small number added under the square root to avoid division by zero. Default 1e-7.</param>
    /// <param name="weightDecay">The weight decay: before each update, the weight times this factor and the learning rate is subtracted. Default none.</param>
    /// <include file='Arguments.xml' path='arguments/shared/param'/>
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

    /// <summary>The initial value of the sum of squares.</summary>
    public double InitialAccumulatorValue { get; }

    /// <summary>The number added under the square root.</summary>
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
