namespace CifarVision.Callbacks;

/// <summary>The direction in which a monitored value improves.</summary>
public enum MonitorMode
{
    /// <summary>Decreasing for the loss; for a metric, the direction that it states.</summary>
    Auto,

    /// <summary>Smaller is better.</summary>
    Min,

    /// <summary>Larger is better.</summary>
    Max,
}
