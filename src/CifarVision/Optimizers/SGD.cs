using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// Gradient descent, with momentum if asked (Keras: <c>SGD</c>): <c>v = momentum * v - rate * g; w += v</c>, and with Nesterov's momentum
/// <c>w += momentum * v - rate * g</c>.
/// </summary>
public sealed class SGD : Optimizer
{
    private const string MomentumSlot = "momentum";

    /// <summary>Gradient descent.</summary>
    /// <param name="learningRate">A number of 0 or more, or a schedule. Default 0.01.</param>
    /// <param name="momentum">The part of the last movement that goes on, from 0 to 1. Default 0.</param>
    /// <param name="nesterov">Whether to look ahead along the momentum (Nesterov 1983). Default false.</param>
    /// <param name="weightDecay">The part of each weight, times the learning rate, taken away before an update. Default none.</param>
    /// <param name="clipNorm">The largest norm of each weight's gradient. Default no limit.</param>
    /// <param name="clipValue">The largest absolute value in a gradient. Default no limit.</param>
    /// <param name="globalClipNorm">The largest norm over all gradients together. Default no limit.</param>
    /// <param name="useEma">Whether to keep a moving average of the weights, which replaces them at the end of Fit. Default false.</param>
    /// <param name="emaMomentum">The part of the moving average that stays at each step, from 0 to 1. Default 0.99.</param>
    /// <param name="emaOverwriteFrequency">Replace the weights by their average every so many updates as well. Default at the end only.</param>
    /// <param name="gradientAccumulationSteps">Update once in so many steps, 2 or more, by the mean of their gradients. Default every step.</param>
    /// <param name="excludeFromWeightDecay">Parts of names of weights that do not decay, as <c>["bias", "gamma", "beta"]</c>. Default none.</param>
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

    /// <summary>The part of the last movement that goes on.</summary>
    public double Momentum { get; }

    /// <summary>Whether the update looks ahead along the momentum.</summary>
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
