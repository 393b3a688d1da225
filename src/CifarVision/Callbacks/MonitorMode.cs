namespace CifarVision.Callbacks;

/// <summary>Which way a watched figure gets better.</summary>
public enum MonitorMode
{
    /// <summary>Down for loss; for a metric, the way it says itself.</summary>
    Auto,

    /// <summary>Down.</summary>
    Min,

    /// <summary>Up.</summary>
    Max,
}
