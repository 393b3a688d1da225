namespace CifarVision.GpuCheck;

/// <summary>A process of the check did not do what it was started for.</summary>
internal sealed class ChildFailedException(string message) : Exception(message);
