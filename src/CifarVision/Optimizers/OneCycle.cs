using System.Text.Json.Nodes;

namespace CifarVision.Optimizers;

/// <summary>
/// One rise to a high rate and one fall to nearly nothing over the whole training (Smith and Topin 2017, "Super-Convergence"). It lets a
/// network be trained in few epochs. Keras has no such schedule; the momentum, which the paper varies too, stays as it is.
/// </summary>
public sealed class OneCycle : LearningRateSchedule
{
    /// <summary>One cycle of the learning rate.</summary>
    /// <param name="maxLearningRate">The rate at the top, 0 or more.</param>
    /// <param name="totalSteps">The number of steps of the whole training, epochs times steps an epoch; 1 or more. After them the last rate stays.</param>
    /// <param name="warmupFraction">The part of the steps that rises, at least 0 and less than 1. Default 0.3.</param>
    /// <param name="initialDivFactor">How many times lower the first rate is than the top, over 0. Default 25.</param>
    /// <param name="finalDivFactor">How many times lower the last rate is than the first, over 0. Default 10,000.</param>
    /// <param name="annealing">The curve of the rise and of the fall. Default cosine.</param>
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

    /// <summary>The rate at the top.</summary>
    public double MaxLearningRate { get; }

    /// <summary>The number of steps of the whole training.</summary>
    public long TotalSteps { get; }

    /// <summary>The part of the steps that rises.</summary>
    public double WarmupFraction { get; }

    /// <summary>How many times lower the first rate is than the top.</summary>
    public double InitialDivFactor { get; }

    /// <summary>How many times lower the last rate is than the first.</summary>
    public double FinalDivFactor { get; }

    /// <summary>The curve of the rise and of the fall.</summary>
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
