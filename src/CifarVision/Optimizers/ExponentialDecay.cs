using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>A rate that decays exponentially (Keras: <c>ExponentialDecay</c>): <c>initial * decayRate^(step / decaySteps)</c>.</summary>
public sealed class ExponentialDecay : LearningRateSchedule
{
    /// <summary>Creates exponential decay.</summary>
    /// <param name="initialLearningRate">The rate of the first step, 0 or more.</param>
    /// <param name="decaySteps">The number of steps after which the rate is multiplied by the decay factor, more than 0; a fraction is allowed.</param>
    /// <param name="decayRate">The decay factor, 0 or more; above 1 the rate grows.</param>
    /// <param name="staircase">Whether the rate changes only every <paramref name="decaySteps"/> steps. Default false.</param>
    /// <param name="name">The name in files. Default <c>ExponentialDecay</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public ExponentialDecay(double initialLearningRate, double decaySteps, double decayRate, bool staircase = false, string? name = null)
        : base(name)
    {
        InitialLearningRate = Require.AtLeastZero(initialLearningRate, this);
        DecaySteps = Require.Positive(decaySteps, this);
        DecayRate = Require.AtLeastZero(decayRate, this);
        Staircase = staircase;
    }

    /// <summary>The rate of the first step.</summary>
    public double InitialLearningRate { get; }

    /// <summary>The number of steps after which the rate is multiplied by the decay factor.</summary>
    public double DecaySteps { get; }

    /// <summary>The decay factor.</summary>
    public double DecayRate { get; }

    /// <summary>Whether the rate changes in steps.</summary>
    public bool Staircase { get; }

    /// <inheritdoc/>
    public override double Rate(long step)
    {
        double periods = step / DecaySteps;
        return InitialLearningRate * Math.Pow(DecayRate, Staircase ? Math.Floor(periods) : periods);
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["initial_learning_rate"] = InitialLearningRate;
        config["decay_steps"] = DecaySteps;
        config["decay_rate"] = DecayRate;
        config["staircase"] = Staircase;
        return config;
    }
}
