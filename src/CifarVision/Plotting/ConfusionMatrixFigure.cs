using CifarVision.Plotting.Lines;
using ScottPlot;
using SkiaSharp;

namespace CifarVision.Plotting;

/// <summary>The picture of a confusion matrix: square cells, class names beside and below them, and a color bar.</summary>
internal sealed class ConfusionMatrixFigure
{
    private const float Margin = 12;
    private const float HeadHeight = 54;
    private const float AxisHeight = 26;
    private const float LabelGap = 6;
    private const float BarGap = 18;
    private const float BarWidth = 14;
    private const float BarArea = BarGap + BarWidth + 46;
    private const float SmallestCellForLines = 12;

    // The largest fraction of the width and height of the picture that names may take.
    private const float MostForNames = 0.3f;
    private const float SmallestPixels = 7.5f;

    private static readonly Color Full = LineLook.Of(0).Color;

    private readonly ShareTable _table;
    private readonly string[] _names = [];
    private readonly SKSize _size;
    private readonly float _smallestText;
    private readonly float _cell;
    private readonly float _nameSize;
    private readonly float _nameWidth;
    private readonly bool _isUpright;
    private readonly SKRect _grid;

    /// <summary>Lays out the figure.</summary>
    /// <param name="table">The cells.</param>
    /// <param name="names">The names, one per class.</param>
    /// <param name="size">The size of the picture, in units.</param>
    /// <param name="unit">The pixels per unit, which determine what is readable.</param>
    public ConfusionMatrixFigure(ShareTable table, IReadOnlyList<string> names, SKSize size, float unit)
    {
        (_table, _size, _smallestText) = (table, size, SmallestPixels / unit);
        float most = MostForNames * Math.Min(size.Width, size.Height);

        // The names depend on the size of the cells, and the cells on the room that the names leave, so both are computed iteratively.
        for (int pass = 0; pass < 3; pass++)
        {
            _cell = Math.Max(0.1f, Math.Min(size.Width - (2 * Margin) - AxisHeight - _nameWidth - LabelGap - BarArea, size.Height - HeadHeight - Margin - AxisHeight - NamesHeight - LabelGap) / table.Count);
            _nameSize = Math.Clamp(_cell * 0.85f, Math.Min(_smallestText, PlotFigure.SmallText), PlotFigure.SmallText);
            _names = [.. names.Select(name => PlotText.Shorten(name, _nameSize, most))];
            _nameWidth = PlotText.Width(_names, _nameSize);
            _isUpright = _nameWidth <= _cell - 4;
        }

        float side = _cell * table.Count;
        float left = Math.Max(Margin, (size.Width - AxisHeight - _nameWidth - LabelGap - side - BarArea) / 2) + AxisHeight + _nameWidth + LabelGap;
        float above = (size.Height - Margin - HeadHeight - side - LabelGap - NamesHeight - AxisHeight) / 2;
        _grid = SKRect.Create(left, HeadHeight + Math.Max(0, above), side, side);
    }

    private float NamesHeight => _isUpright ? _nameSize * 1.4f : _nameWidth;

    /// <summary>Draws the figure.</summary>
    public void Draw(SKCanvas canvas)
    {
        PlotText.Draw(canvas, "Confusion matrix", _grid.MidX, _grid.Top - 36, PlotFigure.TitleText, PlotFigure.Ink, anchor: 0.5f);
        PlotText.Draw(canvas, _table.Summary, _grid.MidX, _grid.Top - 16, PlotFigure.SmallText, PlotFigure.Ink, anchor: 0.5f);
        DrawCells(canvas);
        DrawNames(canvas);
        DrawBar(canvas);
    }

    private static SKColor ColorOf(double share)
    {
        // The square root, because mistakes are small fractions and must be visible.
        double depth = Math.Sqrt(share);
        return new SKColor(Mix(Full.R), Mix(Full.G), Mix(Full.B));

        byte Mix(byte full) => (byte)Math.Round(255 + ((full - 255) * depth));
    }

    private void DrawCells(SKCanvas canvas)
    {
        string[] texts = [.. from row in Enumerable.Range(0, _table.Count) from column in Enumerable.Range(0, _table.Count) select _table.Text(row, column)];
        float textSize = Math.Min(PlotFigure.Text, 0.85f * _cell / Math.Max(1.2f, PlotText.Width(texts, 1)));
        using SKPaint fill = new() { IsAntialias = false };
        for (int row = 0; row < _table.Count; row++)
        {
            for (int column = 0; column < _table.Count; column++)
            {
                SKRect cell = SKRect.Create(_grid.Left + (column * _cell), _grid.Top + (row * _cell), _cell, _cell);
                double share = _table.Share(row, column);
                fill.Color = ColorOf(share);
                if (share > 0)
                    canvas.DrawRect(cell, fill);
                if (textSize >= _smallestText)
                    PlotText.Draw(canvas, _table.Text(row, column), cell.MidX, cell.MidY, textSize, share > 0.3 ? Colors.White : PlotFigure.Ink, anchor: 0.5f);
            }
        }

        using SKPaint line = new() { IsAntialias = true, IsStroke = true, StrokeWidth = 1, Color = PlotFigure.Grid.ToSKColor() };
        for (int i = 1; i < _table.Count && _cell >= SmallestCellForLines; i++)
        {
            canvas.DrawLine(_grid.Left, _grid.Top + (i * _cell), _grid.Right, _grid.Top + (i * _cell), line);
            canvas.DrawLine(_grid.Left + (i * _cell), _grid.Top, _grid.Left + (i * _cell), _grid.Bottom, line);
        }

        line.Color = PlotFigure.AxisColor.ToSKColor();
        canvas.DrawRect(_grid, line);
    }

    private void DrawNames(SKCanvas canvas)
    {
        // If there is not enough room, only every second, third, ... name.
        int step = (int)Math.Ceiling(_nameSize / _cell);
        for (int i = 0; i < _names.Length; i += step)
        {
            float middle = (i + 0.5f) * _cell;
            PlotText.Draw(canvas, _names[i], _grid.Left - LabelGap, _grid.Top + middle, _nameSize, PlotFigure.Ink, anchor: 1);
            if (_isUpright)
                PlotText.Draw(canvas, _names[i], _grid.Left + middle, _grid.Bottom + LabelGap + (_nameSize / 2), _nameSize, PlotFigure.Ink, anchor: 0.5f);
            else
                PlotText.DrawUpwards(canvas, _names[i], _grid.Left + middle, _grid.Bottom + LabelGap, _nameSize, PlotFigure.Ink, anchor: 1);
        }

        PlotText.DrawUpwards(canvas, "True class", _grid.Left - LabelGap - _nameWidth - (AxisHeight / 2), _grid.MidY, PlotFigure.Text, PlotFigure.Ink, anchor: 0.5f);
        PlotText.Draw(canvas, "Predicted class", _grid.MidX, _grid.Bottom + LabelGap + NamesHeight + (AxisHeight / 2), PlotFigure.Text, PlotFigure.Ink, anchor: 0.5f);
    }

    private void DrawBar(SKCanvas canvas)
    {
        const int Steps = 128;
        SKRect bar = SKRect.Create(_grid.Right + BarGap, _grid.Top, BarWidth, _grid.Height);
        using SKPaint fill = new() { IsAntialias = false };
        for (int step = 0; step < Steps; step++)
        {
            fill.Color = ColorOf(1 - (step / (double)(Steps - 1)));
            canvas.DrawRect(new SKRect(bar.Left, bar.Top + (bar.Height * step / Steps), bar.Right, bar.Bottom), fill);
        }

        using SKPaint line = new() { IsAntialias = true, IsStroke = true, StrokeWidth = 1, Color = PlotFigure.AxisColor.ToSKColor() };
        canvas.DrawRect(bar, line);
        foreach (int percent in (int[])[0, 50, 100])
            PlotText.Draw(canvas, $"{percent} %", bar.Right + 5, bar.Bottom - (bar.Height * percent / 100), PlotFigure.SmallText, PlotFigure.Ink);
    }
}
