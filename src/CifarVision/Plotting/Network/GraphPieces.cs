using CifarVision.Graphs;
using CifarVision.Layers;

namespace CifarVision.Plotting.Network;

/// <summary>Splits a graph at the calls through which all data passes, so that the pieces can be stacked in columns.</summary>
internal static class GraphPieces
{
    /// <summary>Creates the pieces from the inputs downwards: single boxes, and the parts between branching and merging.</summary>
    /// <param name="graph">The calls.</param>
    /// <param name="partOf">Creates the box of a layer.</param>
    public static IReadOnlyList<NetworkPart> Of(LayerGraph graph, Func<Layer, NetworkPart> partOf)
    {
        IReadOnlyList<List<GraphCell>> rows = GraphRows.Of(graph, partOf);
        GraphOrder.Arrange(rows);
        var pieces = new List<NetworkPart>();
        var piece = new List<List<GraphCell>>();
        for (int i = 0; i < rows.Count; i++)
        {
            piece.Add(rows[i]);
            if (i < rows.Count - 1 && !(rows[i].Count == 1 && rows[i + 1].Count == 1))
                continue;
            Center(piece);
            pieces.Add(piece is [[GraphCell { Part: { } only }]] ? only : new GraphPart([.. piece]));
            piece.Clear();
        }

        return pieces;
    }

    // Rows of several cells are centered, so that a shortcut hardly moves the main path and the picture is narrow.
    private static void Center(IReadOnlyList<List<GraphCell>> piece)
    {
        GraphCell[] cells = [.. piece.Where(row => row.Count > 1).SelectMany(row => row)];
        if (cells.Length == 0)
            return;
        float axis = (cells.Min(cell => cell.X - (cell.Width / 2)) + cells.Max(cell => cell.X + (cell.Width / 2))) / 2;
        foreach (GraphCell cell in cells)
            cell.X -= axis;
    }
}
