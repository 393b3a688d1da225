using CifarVision.Optimizers;

namespace CifarVision.Callbacks;

/// <summary>Shared code of the callbacks that set the learning rate.</summary>
internal static class SettableRate
{
    /// <summary>The optimizer of a run, if its rate can be set.</summary>
    /// <exception cref="InvalidOperationException">The optimizer has a learning-rate schedule.</exception>
    public static Optimizer Of(TrainingContext context, Callback owner)
    {
        Optimizer optimizer = context.Optimizer!;
        return optimizer.Schedule is not { } schedule ? optimizer : throw new InvalidOperationException(
            $"{owner.GetType().Name}: the optimizer's learning rate must be a number, but was a {schedule.GetType().Name}. Use the schedule or the callback.");
    }

    /// <summary>Adds the rate of the epoch, unless an earlier callback has added it (and may have changed the rate since).</summary>
    public static void Log(Optimizer optimizer, Logs logs)
    {
        if (!logs.TryGetValue("learning_rate", out _))
            logs["learning_rate"] = optimizer.LearningRate;
    }
}
