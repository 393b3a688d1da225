using SkiaSharp;

namespace CifarVision.Plotting.Network;

/// <summary>Rows of a graph with their connections. Between two rows every source has its own lane for horizontal lines.</summary>
internal sealed class GraphPart(IReadOnlyList<List<GraphCell>> rows) : NetworkPart
{
    private const float Lane = 6;
    private const float PortGap = 10;
    private const float PortMargin = 14;

    /// <inheritdoc/>
    public override SKSize Size => new(
        2 * rows.Max(row => row.Max(cell => Math.Abs(cell.X) + (cell.Width / 2))),
        rows.Sum(HeightOf) + rows.SkipLast(1).Sum(GapBelow));

    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas, float middle, float top)
    {
        foreach (List<GraphCell> row in rows)
        {
            float bottom = top + HeightOf(row);
            foreach (GraphCell cell in row)
            {
                cell.Part?.Draw(canvas, middle + cell.X, top);
                if (row != rows[^1] && cell.Below.Count > 0)
                    NetworkPen.Line(canvas, new SKPoint(middle + cell.X, top + cell.Height), new SKPoint(middle + cell.X, bottom));
            }

            if (row == rows[^1])
                break;
            DrawConnections(canvas, row, middle, bottom);
            top = bottom + GapBelow(row);
        }
    }

    private static float HeightOf(List<GraphCell> row) => row.Max(cell => cell.Height);

    private static float GapBelow(List<GraphCell> row) => NetworkPen.ArrowLength + (Lane * Math.Max(0, row.Count(Turns) - 1));

    private static bool Turns(GraphCell cell) => cell.Below.Any(lower => PortOf(cell, lower) != cell.X);

    // A connection goes straight down if it meets the box; otherwise it enters near the corner.
    private static float PortOf(GraphCell upper, GraphCell lower)
    {
        float reach = lower.Part is null ? 0 : (lower.Width / 2) - PortMargin;
        if (Math.Abs(upper.X - lower.X) <= reach)
            return upper.X;
        GraphCell[] sameSide = [.. lower.Above.Where(other => Math.Abs(other.X - lower.X) > reach && (other.X > lower.X) == (upper.X > lower.X)).OrderByDescending(other => Math.Abs(other.X - lower.X))];
        float inwards = Math.Min(reach, Array.IndexOf(sameSide, upper) * PortGap);
        return upper.X > lower.X ? lower.X + reach - inwards : lower.X - reach + inwards;
    }

    private static void DrawConnections(SKCanvas canvas, List<GraphCell> row, float middle, float top)
    {
        float bottom = top + GapBelow(row);
        float turn = top + (NetworkPen.ArrowLength / 3);
        foreach (GraphCell cell in row)
        {
            foreach (GraphCell lower in cell.Below)
            {
                float x = middle + cell.X;
                float port = middle + PortOf(cell, lower);
                SKPoint[] way = x == port ? [new(x, top), new(x, bottom)] : [new(x, top), new(x, turn), new(port, turn), new(port, bottom)];
                if (lower.Part is null)
                    NetworkPen.Line(canvas, way);
                else
                    NetworkPen.Arrow(canvas, way);
            }

            if (Turns(cell))
                turn += Lane;
        }
    }
}
