namespace CifarVision.GpuCheck;

/// <summary>How a part of the check went.</summary>
internal enum Outcome
{
    Passed,
    Failed,

    /// <summary>Something it needs is not there: the time, the data, PyTorch.</summary>
    NotRun,
}
