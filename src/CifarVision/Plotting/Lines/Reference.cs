namespace CifarVision.Plotting.Lines;

/// <summary>Lines to compare curves with.</summary>
internal static class Reference
{
    /// <summary>The dashed line from (0, 0) to (1, 1).</summary>
    public static LineSeries Diagonal { get; } = new("", [0, 1], [0, 1]) { IsNamed = false, Look = LineLook.Gray };
}
