namespace CifarVision.Callbacks.Progress;

/// <summary>
/// Times one pass over the data. The first step, which pays for memory and warm-up, is left out of the mean as soon as there is another, as
/// in Keras.
/// </summary>
internal sealed class StepTimer(TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();
    private long? _afterFirstStep;

    /// <summary>How many steps are done.</summary>
    public int Steps { get; private set; }

    /// <summary>The time since the pass began.</summary>
    public double Seconds => clock.GetElapsedTime(_start).TotalSeconds;

    /// <summary>The mean duration of a step up to now; 0 before the first.</summary>
    public double SecondsPerStep
    {
        get
        {
            if (Steps == 0)
                return 0;
            return Steps > 1 && _afterFirstStep is { } first ? clock.GetElapsedTime(first).TotalSeconds / (Steps - 1) : Seconds / Steps;
        }
    }

    /// <summary>Notes the end of a step.</summary>
    /// <param name="steps">How many are done.</param>
    public void StepDone(int steps)
    {
        Steps = steps;
        if (steps == 1)
            _afterFirstStep = clock.GetTimestamp();
    }
}
