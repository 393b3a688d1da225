using CifarVision.Plotting.Lines;
using ScottPlot;
using SkiaSharp;

namespace CifarVision.Plotting;

/// <summary>A legend below the panels of a figure, in as many centered rows as needed.</summary>
/// <param name="items">The names and looks of the curves.</param>
/// <param name="isMarked">Whether the curves have markers.</param>
/// <param name="note">A note after the last curve.</param>
internal sealed class FigureLegend(IReadOnlyList<(string Label, LineLook Look)> items, bool isMarked, string note)
{
    private const float SampleWidth = 28;
    private const float SampleGap = 6;
    private const float ItemGap = 20;
    private const float RowHeight = 20;
    private const float NarrowestLabel = 30;
    private const float MostOfHeight = 0.35f;

    /// <summary>The height of the legend.</summary>
    public float Height(float width, float figureHeight) => Rows(width, figureHeight).Count * RowHeight;

    /// <summary>Draws the legend between two sides, downwards from a height.</summary>
    public void Draw(SKCanvas canvas, float left, float right, float top, float figureHeight)
    {
        List<List<Item>> rows = Rows(right - left, figureHeight);
        using var paint = Paint.NewDisposablePaint();
        for (int row = 0; row < rows.Count; row++)
        {
            float x = (left + right - WidthOf(rows[row])) / 2;
            float y = top + ((row + 0.5f) * RowHeight);
            foreach (Item item in rows[row])
            {
                if (item.Look is not null)
                    DrawSample(canvas, paint, item.Look, x, y);
                PlotText.Draw(canvas, item.Label, x + item.SampleWidth, y, PlotFigure.SmallText, PlotFigure.Ink);
                x += item.Width + ItemGap;
            }
        }
    }

    private static float WidthOf(List<Item> row) => row.Sum(item => item.Width + ItemGap) - ItemGap;

    private void DrawSample(SKCanvas canvas, Paint paint, LineLook look, float x, float y)
    {
        using SKPath sample = look.Path.GetPath([new Pixel(x, y), new Pixel(x + SampleWidth, y)]);
        Drawing.DrawLines(canvas, paint, sample, look.NewLineStyle());
        if (isMarked)
            Drawing.DrawMarker(canvas, paint, new Pixel(x + (SampleWidth / 2), y), look.NewMarkerStyle());
    }

    /// <summary>Arranges the items in rows, and shortens their labels until the rows leave room for the panels.</summary>
    private List<List<Item>> Rows(float width, float figureHeight)
    {
        int most = Math.Max(1, (int)(figureHeight * MostOfHeight / RowHeight));
        float label = width - SampleWidth - SampleGap;
        List<List<Item>> rows = Broken(width, label);
        for (; rows.Count > most && label > NarrowestLabel; rows = Broken(width, label))
            label *= 0.9f;
        return rows;
    }

    private List<List<Item>> Broken(float width, float longestLabel)
    {
        List<List<Item>> rows = [[]];
        foreach (Item item in items.Select(item => new Item(item.Label, item.Look)).Append(new Item(note, null)).Where(item => item.Label.Length > 0))
        {
            Item shown = item with { Label = PlotText.Shorten(item.Label, PlotFigure.SmallText, longestLabel) };
            if (rows[^1].Count > 0 && WidthOf([.. rows[^1], shown]) > width)
                rows.Add([]);
            rows[^1].Add(shown);
        }

        return rows;
    }

    private sealed record Item(string Label, LineLook? Look)
    {
        public float SampleWidth => Look is null ? 0 : FigureLegend.SampleWidth + SampleGap;

        public float Width => SampleWidth + PlotText.Width(Label, PlotFigure.SmallText);
    }
}
