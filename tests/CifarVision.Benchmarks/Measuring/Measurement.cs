using System.Diagnostics;

namespace CifarVision.Benchmarks.Measuring;

/// <summary>How long something takes: the median over calls, so that one interruption by another process does not count.</summary>
internal static class Measurement
{
    /// <summary>The median duration of a call, after warm-ups.</summary>
    public static double SecondsPerCall(Action action, Effort effort, Action? before = null) => SecondsPerCall([action], effort, before)[0];

    /// <summary>The median duration of a call of each action. They are called in turn, so that what disturbs the machine disturbs all alike.</summary>
    /// <param name="actions">What to time.</param>
    /// <param name="effort">How often, and for how long at least.</param>
    /// <param name="before">Called before each call and not timed.</param>
    public static double[] SecondsPerCall(IReadOnlyList<Action> actions, Effort effort, Action? before = null)
    {
        var durations = new List<double>[actions.Count];
        for (int i = 0; i < actions.Count; i++)
            durations[i] = [];
        double budget = effort.SecondsPerFigure * actions.Count;
        double spent = 0;
        for (int call = -effort.WarmUps; call < effort.LeastCalls || spent < budget; call++)
        {
            for (int i = 0; i < actions.Count; i++)
            {
                before?.Invoke();
                long start = Stopwatch.GetTimestamp();
                actions[i]();
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (call < 0)
                    continue;
                durations[i].Add(seconds);
                spent += seconds;
            }
        }

        return Array.ConvertAll(durations, Median);
    }

    /// <summary>The value in the middle, or the mean of the two in the middle.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
