namespace CifarVision.Plotting.Network;

/// <summary>One place in a row of a drawn graph: a layer call, or the way of a connection past the row.</summary>
/// <param name="part">The box of the call; null where a connection passes.</param>
internal sealed class GraphCell(NetworkPart? part)
{
    private const float PassWidth = 16;

    /// <summary>The box; null where a connection passes.</summary>
    public NetworkPart? Part { get; } = part;

    /// <summary>The cells in the row above that connections come from.</summary>
    public List<GraphCell> Above { get; } = [];

    /// <summary>The cells in the row below that connections lead to.</summary>
    public List<GraphCell> Below { get; } = [];

    /// <summary>The middle, left or right of the drawing's axis.</summary>
    public float X { get; set; }

    /// <summary>The room that the cell takes in its row.</summary>
    public float Width => Part?.Size.Width ?? PassWidth;

    /// <summary>The height of the box.</summary>
    public float Height => Part?.Size.Height ?? 0;
}
