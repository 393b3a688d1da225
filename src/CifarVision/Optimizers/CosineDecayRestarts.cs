using System.Text.Json.Nodes;

namespace CifarVision.Optimizers;

/// <summary>
/// A rate that falls along half a cosine again and again, each time over more steps (Loshchilov and Hutter 2016; Keras:
/// <c>CosineDecayRestarts</c>). Which step restarts is counted, not computed by logarithms as in Keras, whose float32 can miss it by one.
/// </summary>
public sealed class CosineDecayRestarts : LearningRateSchedule
{
    /// <summary>Cosine decay with warm restarts.</summary>
    /// <param name="initialLearningRate">The rate of the first step, 0 or more.</param>
    /// <param name="firstDecaySteps">How many steps the first fall takes, 1 or more.</param>
    /// <param name="tMul">How many times longer each fall is than the one before, 1 or more. Default 2.</param>
    /// <param name="mMul">How many times higher each fall begins than the one before, 0 or more. Default 1.</param>
    /// <param name="alpha">The rate at the end of a fall, as a part of the first rate, from 0 to 1. Default 0.</param>
    /// <param name="name">The name in files. Default <c>SGDRDecay</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public CosineDecayRestarts(double initialLearningRate, long firstDecaySteps, double tMul = 2, double mMul = 1, double alpha = 0, string? name = null)
        : base(name ?? "SGDRDecay")
    {
        InitialLearningRate = Require.AtLeastZero(initialLearningRate, this);
        FirstDecaySteps = Require.AtLeast(1, firstDecaySteps, this);
        TMul = Require.AtLeastOne(tMul, this);
        MMul = Require.AtLeastZero(mMul, this);
        Alpha = Require.Fraction(alpha, this);
    }

    /// <summary>The rate of the first step.</summary>
    public double InitialLearningRate { get; }

    /// <summary>How many steps the first fall takes.</summary>
    public long FirstDecaySteps { get; }

    /// <summary>How many times longer each fall is than the one before.</summary>
    public double TMul { get; }

    /// <summary>How many times higher each fall begins than the one before.</summary>
    public double MMul { get; }

    /// <summary>The rate at the end of a fall, as a part of the first rate.</summary>
    public double Alpha { get; }

    /// <inheritdoc/>
    public override double Rate(long step)
    {
        double length = FirstDecaySteps;
        // Falls of equal length are divided out; growing ones are few enough to be counted.
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
