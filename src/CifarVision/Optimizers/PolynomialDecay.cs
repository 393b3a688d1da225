using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// A rate that decays to a final value along a polynomial, by default linearly (Keras: <c>PolynomialDecay</c>):
/// <c>(initial - end) * (1 - step / decaySteps)^power + end</c>.
/// </summary>
public sealed class PolynomialDecay : LearningRateSchedule
{
    /// <summary>Creates polynomial decay.</summary>
    /// <param name="initialLearningRate">The rate of the first step, 0 or more.</param>
    /// <param name="decaySteps">The number of steps until the final rate, more than 0; a fraction is allowed.</param>
    /// <param name="endLearningRate">The final rate, 0 or more. Default 0.0001.</param>
    /// <param name="power">The exponent, above 0: 1 is linear, larger values decay earlier. Default 1.</param>
    /// <param name="cycle">Whether to restart from a higher rate, over more steps, each time the end is reached; otherwise the final rate is kept. Default false.</param>
    /// <param name="name">The name in files. Default <c>PolynomialDecay</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public PolynomialDecay(double initialLearningRate, double decaySteps, double endLearningRate = 0.0001, double power = 1, bool cycle = false, string? name = null)
        : base(name)
    {
        InitialLearningRate = Require.AtLeastZero(initialLearningRate, this);
        DecaySteps = Require.Positive(decaySteps, this);
        EndLearningRate = Require.AtLeastZero(endLearningRate, this);
        Power = Require.Positive(power, this);
        Cycle = cycle;
    }

    /// <summary>The rate of the first step.</summary>
    public double InitialLearningRate { get; }

    /// <summary>The number of steps until the final rate.</summary>
    public double DecaySteps { get; }

    /// <summary>The final rate.</summary>
    public double EndLearningRate { get; }

    /// <summary>The exponent: 1 is linear, larger values decay earlier.</summary>
    public double Power { get; }

    /// <summary>Whether the schedule restarts when the end is reached.</summary>
    public bool Cycle { get; }

    /// <inheritdoc/>
    public override double Rate(long step)
    {
        double length = Cycle ? DecaySteps * Math.Max(1, Math.Ceiling(step / DecaySteps)) : DecaySteps;
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
