using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>A rate that decays inversely with time (Keras: <c>InverseTimeDecay</c>): <c>initial / (1 + decayRate * step / decaySteps)</c>.</summary>
public sealed class InverseTimeDecay : LearningRateSchedule
{
    /// <summary>Creates inverse time decay.</summary>
    /// <param name="initialLearningRate">The rate of the first step, 0 or more.</param>
    /// <param name="decaySteps">The number of steps in one unit of time, more than 0; a fraction is allowed.</param>
    /// <param name="decayRate">The increase of the divisor per unit of time, 0 or more.</param>
    /// <param name="staircase">Whether the rate changes only every <paramref name="decaySteps"/> steps. Default false.</param>
    /// <param name="name">The name in files. Default <c>InverseTimeDecay</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public InverseTimeDecay(double initialLearningRate, double decaySteps, double decayRate, bool staircase = false, string? name = null)
        : base(name)
    {
        InitialLearningRate = Require.AtLeastZero(initialLearningRate, this);
        DecaySteps = Require.Positive(decaySteps, this);
        DecayRate = Require.AtLeastZero(decayRate, this);
        Staircase = staircase;
    }

    /// <summary>The rate of the first step.</summary>
    public double InitialLearningRate { get; }

    /// <summary>The number of steps in one unit of time.</summary>
    public double DecaySteps { get; }

    /// <summary>The increase of the divisor per unit of time.</summary>
    public double DecayRate { get; }

    /// <summary>Whether the rate changes in steps.</summary>
    public bool Staircase { get; }

    /// <inheritdoc/>
    public override double Rate(long step)
    {
        double time = step / DecaySteps;
        return InitialLearningRate / (1 + DecayRate * (Staircase ? Math.Floor(time) : time));
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
