using CifarVision.Plotting.Lines;
using ScottPlot;
using SkiaSharp;

namespace CifarVision.Plotting;

/// <summary>Small pictures of the same size in rows, with pixels as squares and lines of text below.</summary>
internal sealed class TileGrid
{
    private const float Margin = 12;
    private const float Gap = 8;
    private const float TextSize = 11;
    private const float LineHeight = 15;
    private const float FrameWidth = 3;
    private const int Largest = 256;

    // The largest factor by which captions may widen their columns.
    private const float WidestCaption = 1.6f;

    // Vermilion, the second color of LineLook.
    private static readonly Color Mark = LineLook.Of(1).Color;

    private readonly IReadOnlyList<Tile> _tiles;
    private readonly int _columns;
    private readonly int _lines;
    private readonly SKSize _tile;
    private readonly float _cellWidth;

    /// <summary>Lays out the tiles, row by row.</summary>
    /// <param name="tiles">The tiles, at least one, all of the same size.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="side">The smallest length of the longer side of a tile, in units.</param>
    public TileGrid(IReadOnlyList<Tile> tiles, int columns, float side)
    {
        float longer = Math.Max(tiles[0].Width, tiles[0].Height);
        _tile = new SKSize(tiles[0].Width, tiles[0].Height);
        if (longer > Largest)
        {
            _tile = new SKSize(MathF.Ceiling(_tile.Width * Largest / longer), MathF.Ceiling(_tile.Height * Largest / longer));
            tiles = [.. tiles.Select(tile => tile.Resized((int)_tile.Width, (int)_tile.Height))];
        }
        else
        {
            float zoom = MathF.Ceiling(side / longer);
            _tile = new SKSize(_tile.Width * zoom, _tile.Height * zoom);
        }

        _tiles = tiles;
        _columns = Math.Min(columns, tiles.Count);
        _lines = tiles.Max(tile => tile.Caption.Count);
        _cellWidth = Math.Clamp(PlotText.Width(tiles.SelectMany(tile => tile.Caption), TextSize), _tile.Width, WidestCaption * _tile.Width);
    }

    /// <summary>The size of the whole, in units.</summary>
    public SKSize Size
    {
        get
        {
            int rows = (_tiles.Count + _columns - 1) / _columns;
            return new SKSize((2 * Margin) + (_columns * (_cellWidth + Gap)) - Gap, (2 * Margin) + (rows * (RowHeight + Gap)) - Gap);
        }
    }

    /// <summary>Returns the number of columns that makes rows and columns about equal.</summary>
    public static int SquareColumns(int tiles) => (int)Math.Ceiling(Math.Sqrt(tiles));

    private float RowHeight => _tile.Height + (_lines > 0 ? (_lines * LineHeight) + 4 : 0);

    /// <summary>Draws the grid from the upper left corner.</summary>
    public void Draw(SKCanvas canvas)
    {
        for (int i = 0; i < _tiles.Count; i++)
            Draw(canvas, _tiles[i], Margin + (i % _columns * (_cellWidth + Gap)), Margin + (i / _columns * (RowHeight + Gap)));
    }

    private void Draw(SKCanvas canvas, Tile tile, float x, float y)
    {
        SKRect place = SKRect.Create(x, y, _tile.Width, _tile.Height);
        using SKImage image = tile.ToImage();
        canvas.DrawImage(image, place, new SKSamplingOptions(SKFilterMode.Nearest));
        if (tile.IsMarked)
        {
            using SKPaint frame = new() { Color = Mark.ToSKColor(), IsStroke = true, StrokeWidth = FrameWidth };
            canvas.DrawRect(SKRect.Inflate(place, FrameWidth / 2, FrameWidth / 2), frame);
        }

        for (int line = 0; line < tile.Caption.Count; line++)
        {
            PlotText.Draw(
                canvas,
                PlotText.Shorten(tile.Caption[line], TextSize, _cellWidth),
                x,
                place.Bottom + 4 + ((line + 0.5f) * LineHeight),
                TextSize,
                tile.IsMarked && line == tile.Caption.Count - 1 ? Mark : PlotFigure.Ink);
        }
    }
}
