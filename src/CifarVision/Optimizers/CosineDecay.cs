using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// A rate that decays along half a cosine (Loshchilov and Hutter 2016; Keras: <c>CosineDecay</c>), after an optional linear warmup
/// (Goyal et al. 2017).
/// </summary>
public sealed class CosineDecay : LearningRateSchedule
{
    /// <summary>Creates cosine decay.</summary>
    /// <param name="initialLearningRate">The rate of the first step, 0 or more.</param>
    /// <param name="decaySteps">The number of steps of the decay, after the warmup; more than 0, and a fraction is allowed.</param>
    /// <param name="alpha">The final rate, as a fraction of the highest rate, from 0 to 1. Default 0.</param>
    /// <param name="warmupTarget">The rate that the warmup ends with, 0 or more; null for no warmup. Default null.</param>
    /// <param name="warmupSteps">The number of steps of the warmup, 0 or more; without <paramref name="warmupTarget"/> there is none, as in Keras. Default 0.</param>
    /// <param name="name">The name in files. Default <c>CosineDecay</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public CosineDecay(double initialLearningRate, double decaySteps, double alpha = 0, double? warmupTarget = null, double warmupSteps = 0, string? name = null)
        : base(name)
    {
        InitialLearningRate = Require.AtLeastZero(initialLearningRate, this);
        DecaySteps = Require.Positive(decaySteps, this);
        Alpha = Require.Fraction(alpha, this);
        WarmupTarget = warmupTarget is null ? null : Require.AtLeastZero(warmupTarget.Value, this, nameof(warmupTarget));
        WarmupSteps = Require.AtLeastZero(warmupSteps, this);
    }

    /// <summary>The rate of the first step.</summary>
    public double InitialLearningRate { get; }

    /// <summary>The number of steps of the decay.</summary>
    public double DecaySteps { get; }

    /// <summary>The final rate, as a fraction of the highest rate.</summary>
    public double Alpha { get; }

    /// <summary>The rate that the warmup ends with; null for no warmup.</summary>
    public double? WarmupTarget { get; }

    /// <summary>The number of steps of the warmup.</summary>
    public double WarmupSteps { get; }

    /// <inheritdoc/>
    public override double Rate(long step)
    {
        double top = WarmupTarget ?? InitialLearningRate;
        double warmup = WarmupTarget is null ? 0 : WarmupSteps;
        if (step < warmup)
            return InitialLearningRate + (top - InitialLearningRate) * step / warmup;
        double done = Math.Min(1, (step - warmup) / DecaySteps);
        double cosine = 0.5 * (1 + Math.Cos(Math.PI * done));
        return top * ((1 - Alpha) * cosine + Alpha);
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["initial_learning_rate"] = InitialLearningRate;
        config["decay_steps"] = DecaySteps;
        config["alpha"] = Alpha;
        config["warmup_target"] = WarmupTarget;
        config["warmup_steps"] = WarmupSteps;
        return config;
    }
}
