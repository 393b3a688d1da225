namespace CifarVision.Callbacks.Progress;

/// <summary>
/// Measures the time of a pass over the data. The first step, which includes warm-up, is left out of the mean as soon as there is another, as
/// in Keras.
/// </summary>
internal sealed class StepTimer(TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();
    private long? _afterFirstStep;

    /// <summary>The number of steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>The time since the pass began.</summary>
    public double Seconds => clock.GetElapsedTime(_start).TotalSeconds;

    /// <summary>The mean duration of the steps so far; 0 before the first.</summary>
    public double SecondsPerStep
    {
        get
        {
            if (Steps == 0)
                return 0;
            return Steps > 1 && _afterFirstStep is { } first ? clock.GetElapsedTime(first).TotalSeconds / (Steps - 1) : Seconds / Steps;
        }
    }

    /// <summary>Records the end of a step.</summary>
    /// <param name="steps">The number of steps done.</param>
    public void StepDone(int steps)
    {
        Steps = steps;
        if (steps == 1)
            _afterFirstStep = clock.GetTimestamp();
    }
}
