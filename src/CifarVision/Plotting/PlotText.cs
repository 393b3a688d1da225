using ScottPlot;
using SkiaSharp;

namespace CifarVision.Plotting;

/// <summary>Draws single lines of text in the pictures drawn by Skia, in the common font.</summary>
internal static class PlotText
{
    private const string Ellipsis = "…";

    /// <summary>Returns the width of a line, in units of the drawing.</summary>
    public static float Width(string text, float size)
    {
        using SKFont font = NewFont(size);
        return font.MeasureText(text);
    }

    /// <summary>Returns the width of the widest line; 0 without lines.</summary>
    public static float Width(IEnumerable<string> lines, float size)
    {
        using SKFont font = NewFont(size);
        return lines.Select(line => font.MeasureText(line)).DefaultIfEmpty(0).Max();
    }

    /// <summary>Draws a line whose capitals and digits are vertically centered at a position.</summary>
    /// <param name="canvas">The canvas.</param>
    /// <param name="text">The line.</param>
    /// <param name="x">The horizontal position of the start, or as <paramref name="anchor"/> states.</param>
    /// <param name="y">The vertical position.</param>
    /// <param name="size">The font size.</param>
    /// <param name="color">The color.</param>
    /// <param name="anchor">The fraction of the line left of x: at 0 the line starts there, at 0.5 it is centered, at 1 it ends there.</param>
    public static void Draw(SKCanvas canvas, string text, float x, float y, float size, Color color, float anchor = 0)
    {
        // Skia would write an empty element.
        if (text.Length == 0)
            return;
        using SKFont font = NewFont(size);
        using SKPaint paint = new() { Color = color.ToSKColor(), IsAntialias = true };
        canvas.DrawText(text, x - (anchor * font.MeasureText(text)), y + (font.Metrics.CapHeight / 2), font, paint);
    }

    /// <summary>Draws a line rotated by 90 degrees, read upwards; x is its middle, and y corresponds to x of <see cref="Draw"/>.</summary>
    public static void DrawUpwards(SKCanvas canvas, string text, float x, float y, float size, Color color, float anchor = 0)
    {
        canvas.Save();
        canvas.Translate(x, y);
        canvas.RotateDegrees(-90);
        Draw(canvas, text, 0, 0, size, color, anchor);
        canvas.Restore();
    }

    /// <summary>Shortens a text to a width, with an ellipsis if something is omitted.</summary>
    public static string Shorten(string text, float size, float width)
    {
        string line = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
        using SKFont font = NewFont(size);
        if (font.MeasureText(line) <= width)
            return line;
        int length = font.BreakText(line, Math.Max(0, width - font.MeasureText(Ellipsis)));

        // A letter outside the basic multilingual plane must not be split.
        if (length > 0 && char.IsHighSurrogate(line[length - 1]))
            length--;
        return line[..length].TrimEnd() + Ellipsis;
    }

    private static SKFont NewFont(float size) => new(PlotFont.Typeface, size) { Subpixel = true };
}
