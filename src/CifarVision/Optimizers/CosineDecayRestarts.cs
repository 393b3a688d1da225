using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// A rate that decays along half a cosine with restarts, each period longer than the last (Loshchilov and Hutter 2016; Keras:
/// <c>CosineDecayRestarts</c>). The step of a restart is counted. Keras computes it by logarithms in float32, which can be off by one step.
/// </summary>
public sealed class CosineDecayRestarts : LearningRateSchedule
{
    /// <summary>Creates cosine decay with warm restarts.</summary>
    /// <param name="initialLearningRate">The rate of the first step, 0 or more.</param>
    /// <param name="firstDecaySteps">The number of steps of the first period, more than 0; a fraction is allowed.</param>
    /// <param name="tMul">The ratio of the lengths of successive periods, 1 or more. Default 2.</param>
    /// <param name="mMul">The ratio of the first rates of successive periods, 0 or more. Default 1.</param>
    /// <param name="alpha">The rate at the end of a period, as a fraction of its first rate, from 0 to 1. Default 0.</param>
    /// <param name="name">The name in files. Default <c>SGDRDecay</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public CosineDecayRestarts(double initialLearningRate, double firstDecaySteps, double tMul = 2, double mMul = 1, double alpha = 0, string? name = null)
        : base(name ?? "SGDRDecay")
    {
        InitialLearningRate = Require.AtLeastZero(initialLearningRate, this);
        FirstDecaySteps = Require.Positive(firstDecaySteps, this);
        TMul = Require.AtLeastOne(tMul, this);
        MMul = Require.AtLeastZero(mMul, this);
        Alpha = Require.Fraction(alpha, this);
    }

    /// <summary>The rate of the first step.</summary>
    public double InitialLearningRate { get; }

    /// <summary>The number of steps of the first period.</summary>
    public double FirstDecaySteps { get; }

    /// <summary>The ratio of the lengths of successive periods.</summary>
    public double TMul { get; }

    /// <summary>The ratio of the first rates of successive periods.</summary>
    public double MMul { get; }

    /// <summary>The rate at the end of a period, as a fraction of its first rate.</summary>
    public double Alpha { get; }

    /// <inheritdoc/>
    public override double Rate(long step)
    {
        double length = FirstDecaySteps;
        // Periods of equal length are computed by division; growing periods are few enough to loop over.
        double restarts = TMul == 1 ? Math.Floor(step / length) : 0;
        double start = restarts * length;
        while (TMul > 1 && step - start >= length)
        {
            start += length;
            length *= TMul;
            restarts++;
        }

        double cosine = 0.5 * Math.Pow(MMul, restarts) * (1 + Math.Cos(Math.PI * (step - start) / length));
        return InitialLearningRate * ((1 - Alpha) * cosine + Alpha);
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["initial_learning_rate"] = InitialLearningRate;
        config["first_decay_steps"] = FirstDecaySteps;
        config["t_mul"] = TMul;
        config["m_mul"] = MMul;
        config["alpha"] = Alpha;
        return config;
    }
}
