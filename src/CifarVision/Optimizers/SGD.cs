using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// Gradient descent with optional momentum (Keras: <c>SGD</c>): <c>v = momentum * v - rate * g; w += v</c>, and with Nesterov's momentum
/// <c>w += momentum * v - rate * g</c>.
/// </summary>
public sealed class SGD : Optimizer
{
    private const string MomentumSlot = "momentum";

    /// <summary>Creates gradient descent.</summary>
    /// <param name="learningRate">A number of 0 or more, or a schedule. Default 0.01.</param>
    /// <param name="momentum">The momentum, from 0 to 1. Default 0.</param>
    /// <param name="nesterov">Whether to use Nesterov momentum (Nesterov 1983). Default false.</param>
    /// <param name="weightDecay">The weight decay: before each update, the weight times this factor and the learning rate is subtracted. Default none.</param>
    /// <include file='Arguments.xml' path='arguments/shared/param'/>
    /// <param name="name">The name in files. Default <c>sgd</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">More than one of the three clippings is set, or a name is empty.</exception>
    public SGD(
        LearningRateSchedule? learningRate = null,
        double momentum = 0,
        bool nesterov = false,
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
            learningRate ?? 0.01, weightDecay, clipNorm, clipValue, globalClipNorm, useEma, emaMomentum, emaOverwriteFrequency,
            gradientAccumulationSteps, excludeFromWeightDecay, name)
    {
        Momentum = Require.Fraction(momentum, this);
        Nesterov = nesterov;
    }

    /// <summary>The momentum.</summary>
    public double Momentum { get; }

    /// <summary>Whether the update uses Nesterov momentum.</summary>
    public bool Nesterov { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["momentum"] = Momentum;
        config["nesterov"] = Nesterov;
        return config;
    }

    /// <inheritdoc/>
    protected override void BuildSlots(IReadOnlyList<Weight> weights)
    {
        if (Momentum > 0)
            AddSlots(weights, [MomentumSlot]);
    }

    /// <inheritdoc/>
    protected override void Update(Weight weight, Tensor gradient, double learningRate)
    {
        Tensor value = weight.Value;
        if (Momentum == 0)
        {
            value.AddInPlace(gradient, scale: -learningRate);
            return;
        }

        Tensor velocity = Slot(weight, MomentumSlot).MultiplyInPlace(Momentum).AddInPlace(gradient, scale: -learningRate);
        if (Nesterov)
            value.AddInPlace(gradient, scale: -learningRate).AddInPlace(velocity, scale: Momentum);
        else
            value.AddInPlace(velocity);
    }
}
