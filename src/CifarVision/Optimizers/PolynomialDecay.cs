using System.Text.Json.Nodes;

namespace CifarVision.Optimizers;

/// <summary>
/// A rate that falls to an end value along a power of the time left, by default a straight line (Keras: <c>PolynomialDecay</c>):
/// <c>(initial - end) * (1 - step / decaySteps)^power + end</c>.
/// </summary>
public sealed class PolynomialDecay : LearningRateSchedule
{
    /// <summary>Polynomial decay.</summary>
    /// <param name="initialLearningRate">The rate of the first step, 0 or more.</param>
    /// <param name="decaySteps">After how many steps the end is reached, 1 or more.</param>
    /// <param name="endLearningRate">The rate at the end, 0 or more. Default 0.0001.</param>
    /// <param name="power">1 for a straight line, more for an early fall; over 0. Default 1.</param>
    /// <param name="cycle">Whether to start anew from a higher rate each time the end is reached, over ever more steps; else the end stays. Default false.</param>
    /// <param name="name">The name in files. Default <c>PolynomialDecay</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public PolynomialDecay(double initialLearningRate, long decaySteps, double endLearningRate = 0.0001, double power = 1, bool cycle = false, string? name = null)
        : base(name)
    {
        InitialLearningRate = Require.AtLeastZero(initialLearningRate, this);
        DecaySteps = Require.AtLeast(1, decaySteps, this);
        EndLearningRate = Require.AtLeastZero(endLearningRate, this);
        Power = Require.Positive(power, this);
        Cycle = cycle;
    }

    /// <summary>The rate of the first step.</summary>
    public double InitialLearningRate { get; }

    /// <summary>After how many steps the end is reached.</summary>
    public long DecaySteps { get; }

    /// <summary>The rate at the end.</summary>
    public double EndLearningRate { get; }

    /// <summary>1 for a straight line, more for an early fall.</summary>
    public double Power { get; }

    /// <summary>Whether it starts anew when the end is reached.</summary>
    public bool Cycle { get; }

    /// <inheritdoc/>
    public override double Rate(long step)
    {
        double length = Cycle ? DecaySteps * Math.Max(1, Math.Ceiling((double)step / DecaySteps)) : DecaySteps;
        double left = 1 - Math.Min(step, length) / length;
        return (InitialLearningRate - EndLearningRate) * Math.Pow(left, Power) + EndLearningRate;
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["initial_learning_rate"] = InitialLearningRate;
        config["decay_steps"] = DecaySteps;
        config["end_learning_rate"] = EndLearningRate;
        config["power"] = Power;
        config["cycle"] = Cycle;
        return config;
    }
}
