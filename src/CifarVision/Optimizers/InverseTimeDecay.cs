using System.Text.Json.Nodes;

namespace CifarVision.Optimizers;

/// <summary>A rate that falls as one over the time (Keras: <c>InverseTimeDecay</c>): <c>initial / (1 + decayRate * step / decaySteps)</c>.</summary>
public sealed class InverseTimeDecay : LearningRateSchedule
{
    /// <summary>Inverse time decay.</summary>
    /// <param name="initialLearningRate">The rate of the first step, 0 or more.</param>
    /// <param name="decaySteps">How many steps are one unit of time, 1 or more.</param>
    /// <param name="decayRate">How much the divisor grows in one unit of time, 0 or more.</param>
    /// <param name="staircase">Whether the rate changes only every <paramref name="decaySteps"/> steps, all at once. Default false.</param>
    /// <param name="name">The name in files. Default <c>InverseTimeDecay</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public InverseTimeDecay(double initialLearningRate, long decaySteps, double decayRate, bool staircase = false, string? name = null)
        : base(name)
    {
        InitialLearningRate = Require.AtLeastZero(initialLearningRate, this);
        DecaySteps = Require.AtLeast(1, decaySteps, this);
        DecayRate = Require.AtLeastZero(decayRate, this);
        Staircase = staircase;
    }

    /// <summary>The rate of the first step.</summary>
    public double InitialLearningRate { get; }

    /// <summary>How many steps are one unit of time.</summary>
    public long DecaySteps { get; }

    /// <summary>How much the divisor grows in one unit of time.</summary>
    public double DecayRate { get; }

    /// <summary>Whether the rate changes all at once.</summary>
    public bool Staircase { get; }

    /// <inheritdoc/>
    public override double Rate(long step)
    {
        double time = (double)step / DecaySteps;
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
