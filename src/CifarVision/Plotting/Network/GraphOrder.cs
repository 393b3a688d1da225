namespace CifarVision.Plotting.Network;

/// <summary>Orders the cells of each row so that few connections cross, and positions them near the connected cells, without overlap.</summary>
internal static class GraphOrder
{
    private const int Sweeps = 8;
    private const float Gap = 20;

    // Connections that pass rows should be straight, so boxes are moved instead.
    private const float PassWeight = 6;

    /// <summary>Sorts the rows, and sets X of every cell.</summary>
    public static void Arrange(IReadOnlyList<List<GraphCell>> rows)
    {
        foreach (List<GraphCell> row in rows)
            Place(row, new float[row.Count]);
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            foreach (List<GraphCell> row in rows.Skip(1))
                Follow(row, cell => cell.Above, sort: sweep < Sweeps / 2);
            foreach (List<GraphCell> row in rows.Reverse().Skip(1))
                Follow(row, cell => cell.Below, sort: sweep < Sweeps / 2);
        }
    }

    private static void Follow(List<GraphCell> row, Func<GraphCell, List<GraphCell>> neighbours, bool sort)
    {
        Dictionary<GraphCell, float> wanted = row.ToDictionary(cell => cell, cell => neighbours(cell).Select(other => other.X).DefaultIfEmpty(cell.X).Average());
        if (sort)
        {
            GraphCell[] sorted = [.. row.OrderBy(cell => wanted[cell])];
            row.Clear();
            row.AddRange(sorted);
        }

        Place(row, [.. row.Select(cell => wanted[cell])]);
    }

    // Minimizes the squared distance from the desired positions without overlap: adjacent cells that would overlap are moved together, as a block.
    private static void Place(List<GraphCell> row, float[] wanted)
    {
        // A row of one cell is on the axis, like the row of the next piece of the picture.
        if (row.Count == 1)
        {
            row[0].X = 0;
            return;
        }

        var offsets = new float[row.Count];
        for (int i = 1; i < row.Count; i++)
            offsets[i] = offsets[i - 1] + (row[i - 1].Width / 2) + Gap + (row[i].Width / 2);
        var blocks = new Stack<(float Sum, float Weight, int Count)>();
        for (int i = 0; i < row.Count; i++)
        {
            float weight = row[i].Part is null ? PassWeight : 1;
            (float Sum, float Weight, int Count) block = ((wanted[i] - offsets[i]) * weight, weight, 1);
            while (blocks.TryPeek(out (float Sum, float Weight, int Count) before) && before.Sum / before.Weight >= block.Sum / block.Weight)
            {
                blocks.Pop();
                block = (before.Sum + block.Sum, before.Weight + block.Weight, before.Count + block.Count);
            }

            blocks.Push(block);
        }

        int cell = row.Count;
        foreach ((float sum, float weight, int count) in blocks)
        {
            for (int i = 0; i < count; i++)
            {
                cell--;
                row[cell].X = (sum / weight) + offsets[cell];
            }
        }
    }
}
