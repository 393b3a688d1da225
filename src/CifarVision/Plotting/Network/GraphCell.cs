namespace CifarVision.Plotting.Network;

/// <summary>A cell in a row of a drawn graph: a layer call, or a connection that passes the row.</summary>
/// <param name="part">The box of the call; null where a connection passes.</param>
internal sealed class GraphCell(NetworkPart? part)
{
    private const float PassWidth = 16;

    /// <summary>The box; null where a connection passes.</summary>
    public NetworkPart? Part { get; } = part;

    /// <summary>The cells in the row above from which connections come.</summary>
    public List<GraphCell> Above { get; } = [];

    /// <summary>The cells in the row below to which connections lead.</summary>
    public List<GraphCell> Below { get; } = [];

    /// <summary>The horizontal position of the middle, relative to the axis of the drawing.</summary>
    public float X { get; set; }

    /// <summary>The width of the cell in its row.</summary>
    public float Width => Part?.Size.Width ?? PassWidth;

    /// <summary>The height of the box.</summary>
    public float Height => Part?.Size.Height ?? 0;
}
