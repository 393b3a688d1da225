using System.Text.Json.Nodes;

namespace CifarVision.Optimizers;

/// <summary>A rate that shrinks by the same factor every so many steps (Keras: <c>ExponentialDecay</c>): <c>initial * decayRate^(step / decaySteps)</c>.</summary>
public sealed class ExponentialDecay : LearningRateSchedule
{
    /// <summary>Exponential decay.</summary>
    /// <param name="initialLearningRate">The rate of the first step, 0 or more.</param>
    /// <param name="decaySteps">In how many steps the rate shrinks by the factor, 1 or more.</param>
    /// <param name="decayRate">The factor, 0 or more; over 1 the rate grows.</param>
    /// <param name="staircase">Whether the rate changes only every <paramref name="decaySteps"/> steps, all at once. Default false.</param>
    /// <param name="name">The name in files. Default <c>ExponentialDecay</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public ExponentialDecay(double initialLearningRate, long decaySteps, double decayRate, bool staircase = false, string? name = null)
        : base(name)
    {
        InitialLearningRate = Require.AtLeastZero(initialLearningRate, this);
        DecaySteps = Require.AtLeast(1, decaySteps, this);
        DecayRate = Require.AtLeastZero(decayRate, this);
        Staircase = staircase;
    }

    /// <summary>The rate of the first step.</summary>
    public double InitialLearningRate { get; }

    /// <summary>In how many steps the rate shrinks by the factor.</summary>
    public long DecaySteps { get; }

    /// <summary>The factor.</summary>
    public double DecayRate { get; }

    /// <summary>Whether the rate changes all at once.</summary>
    public bool Staircase { get; }

    /// <inheritdoc/>
    public override double Rate(long step)
    {
        double periods = (double)step / DecaySteps;
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
