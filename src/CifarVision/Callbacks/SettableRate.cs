using CifarVision.Optimizers;

namespace CifarVision.Callbacks;

/// <summary>What the callbacks that set the learning rate share.</summary>
internal static class SettableRate
{
    /// <summary>The optimizer of a run, whose rate can be set.</summary>
    /// <exception cref="InvalidOperationException">The rate is a schedule's.</exception>
    public static Optimizer Of(TrainingContext context, Callback owner)
    {
        Optimizer optimizer = context.Optimizer!;
        return optimizer.Schedule is not { } schedule ? optimizer : throw new InvalidOperationException(
            $"{owner.GetType().Name}: the optimizer's learning rate must be a number, but was a {schedule.GetType().Name}. Use the schedule or the callback.");
    }

    /// <summary>Adds the rate of the epoch, unless a callback before did so and may have changed it since.</summary>
    public static void Log(Optimizer optimizer, Logs logs)
    {
        if (!logs.TryGetValue("learning_rate", out _))
            logs["learning_rate"] = optimizer.LearningRate;
    }
}
