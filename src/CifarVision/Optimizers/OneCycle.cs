using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// The rate increases to a maximum and then decreases to almost zero over the whole training (Smith and Topin 2017, "Super-Convergence"). It lets a
/// network train in few epochs. Keras has no such schedule. The paper also varies the momentum, which is constant here.
/// </summary>
public sealed class OneCycle : LearningRateSchedule
{
    /// <summary>Creates one cycle of the learning rate.</summary>
    /// <param name="maxLearningRate">The highest rate, 0 or more.</param>
    /// <param name="totalSteps">The number of steps of the whole training, epochs times steps per epoch; 1 or more. Afterwards the last rate is kept.</param>
    /// <param name="warmupFraction">The fraction of the steps in which the rate increases, at least 0 and less than 1. Default 0.3.</param>
    /// <param name="initialDivFactor">The ratio of the highest rate to the first rate, over 0. Default 25.</param>
    /// <param name="finalDivFactor">The ratio of the first rate to the last rate, over 0. Default 10,000.</param>
    /// <param name="annealing">The curve of the increase and of the decrease. Default cosine.</param>
    /// <param name="name">The name in files. Default <c>OneCycle</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public OneCycle(
        double maxLearningRate,
        long totalSteps,
        double warmupFraction = 0.3,
        double initialDivFactor = 25,
        double finalDivFactor = 1e4,
        Annealing annealing = Annealing.Cosine,
        string? name = null)
        : base(name)
    {
        MaxLearningRate = Require.AtLeastZero(maxLearningRate, this);
        TotalSteps = Require.AtLeast(1, totalSteps, this);
        WarmupFraction = Require.FractionBelowOne(warmupFraction, this);
        InitialDivFactor = Require.Positive(initialDivFactor, this);
        FinalDivFactor = Require.Positive(finalDivFactor, this);
        Annealing = annealing;
    }

    /// <summary>The highest rate.</summary>
    public double MaxLearningRate { get; }

    /// <summary>The number of steps of the whole training.</summary>
    public long TotalSteps { get; }

    /// <summary>The fraction of the steps in which the rate increases.</summary>
    public double WarmupFraction { get; }

    /// <summary>The ratio of the highest rate to the first rate.</summary>
    public double InitialDivFactor { get; }

    /// <summary>The ratio of the first rate to the last rate.</summary>
    public double FinalDivFactor { get; }

    /// <summary>The curve of the increase and of the decrease.</summary>
    public Annealing Annealing { get; }

    /// <inheritdoc/>
    public override double Rate(long step)
    {
        double first = MaxLearningRate / InitialDivFactor;
        double top = WarmupFraction * TotalSteps;
        return step < top
            ? Between(first, MaxLearningRate, step / top)
            : Between(MaxLearningRate, first / FinalDivFactor, Math.Min(1, (step - top) / (TotalSteps - top)));
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["max_learning_rate"] = MaxLearningRate;
        config["total_steps"] = TotalSteps;
        config["warmup_fraction"] = WarmupFraction;
        config["initial_div_factor"] = InitialDivFactor;
        config["final_div_factor"] = FinalDivFactor;
        config["annealing"] = Annealing == Annealing.Cosine ? "cosine" : "linear";
        return config;
    }

    private double Between(double from, double to, double done)
    {
        double weight = Annealing == Annealing.Cosine ? 0.5 * (1 - Math.Cos(Math.PI * done)) : done;
        return from + (to - from) * weight;
    }
}
