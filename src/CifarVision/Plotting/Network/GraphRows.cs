using CifarVision.Graphs;
using CifarVision.Layers;

namespace CifarVision.Plotting.Network;

/// <summary>Arranges the calls of a graph in rows, each below all of its inputs. A connection that skips rows has a cell in each of them.</summary>
internal static class GraphRows
{
    /// <summary>Creates the rows.</summary>
    /// <param name="graph">The calls.</param>
    /// <param name="partOf">Creates the box of a call.</param>
    public static IReadOnlyList<List<GraphCell>> Of(LayerGraph graph, Func<Layer, NetworkPart> partOf)
    {
        HashSet<Node> starts = [.. graph.Inputs.Select(input => input.Node)];
        Dictionary<Node, int> rowOf = RowNumbers(graph, starts);
        List<GraphCell>[] rows = [.. Enumerable.Range(0, rowOf.Values.Max() + 1).Select(_ => new List<GraphCell>())];
        var cells = new Dictionary<Node, GraphCell>();
        var passes = new Dictionary<(Node Source, int Row), GraphCell>();
        foreach (Node node in graph.Nodes.OrderBy(node => rowOf[node]))
        {
            var cell = new GraphCell(partOf(node.Layer));
            cells.Add(node, cell);
            rows[rowOf[node]].Add(cell);
            if (starts.Contains(node))
                continue;
            foreach (Node source in node.Inputs.Select(input => input.Node).Distinct())
                Connect(Pass(source, rowOf[node] - 1), cell);
        }

        return rows;

        // All connections from one call share one line until they separate.
        GraphCell Pass(Node source, int row)
        {
            if (row == rowOf[source])
                return cells[source];
            if (passes.TryGetValue((source, row), out GraphCell? known))
                return known;
            var pass = new GraphCell(part: null);
            passes.Add((source, row), pass);
            rows[row].Add(pass);
            Connect(Pass(source, row - 1), pass);
            return pass;
        }
    }

    private static void Connect(GraphCell upper, GraphCell lower)
    {
        upper.Below.Add(lower);
        lower.Above.Add(upper);
    }

    private static Dictionary<Node, int> RowNumbers(LayerGraph graph, HashSet<Node> starts)
    {
        var rows = new Dictionary<Node, int>();
        foreach (Node node in graph.Nodes)
            rows[node] = starts.Contains(node) ? 0 : node.Inputs.Max(input => rows[input.Node]) + 1;

        // An input is placed directly above the first call that uses it.
        foreach (Node start in starts)
            rows[start] = graph.Nodes.Where(node => node.Inputs.Any(input => input.Node == start)).Select(node => rows[node] - 1).DefaultIfEmpty(0).Min();
        return rows;
    }
}
