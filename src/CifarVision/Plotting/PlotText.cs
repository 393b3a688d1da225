using ScottPlot;
using SkiaSharp;

namespace CifarVision.Plotting;

/// <summary>Single lines of text in the pictures that Skia draws, in the font of all.</summary>
internal static class PlotText
{
    private const string Ellipsis = "…";

    /// <summary>The width of a line, in units of the drawing.</summary>
    public static float Width(string text, float size)
    {
        using SKFont font = NewFont(size);
        return font.MeasureText(text);
    }

    /// <summary>The width of the widest of lines; 0 of none.</summary>
    public static float Width(IEnumerable<string> lines, float size)
    {
        using SKFont font = NewFont(size);
        return lines.Select(line => font.MeasureText(line)).DefaultIfEmpty(0).Max();
    }

    /// <summary>Draws a line whose capitals and digits have their middle at a height.</summary>
    /// <param name="canvas">Drawn on.</param>
    /// <param name="text">One line.</param>
    /// <param name="x">Where it begins, or what <paramref name="anchor"/> says.</param>
    /// <param name="y">The height.</param>
    /// <param name="size">Of the font.</param>
    /// <param name="color">Of the letters.</param>
    /// <param name="anchor">The share of the line that stands left of x: 0 it begins there, 0.5 it is centred, 1 it ends there.</param>
    public static void Draw(SKCanvas canvas, string text, float x, float y, float size, Color color, float anchor = 0)
    {
        // Skia writes an empty element for it.
        if (text.Length == 0)
            return;
        using SKFont font = NewFont(size);
        using SKPaint paint = new() { Color = color.ToSKColor(), IsAntialias = true };
        canvas.DrawText(text, x - (anchor * font.MeasureText(text)), y + (font.Metrics.CapHeight / 2), font, paint);
    }

    /// <summary>Draws a line that is read from below upwards; x is its middle, and y what x is for <see cref="Draw"/>.</summary>
    public static void DrawUpwards(SKCanvas canvas, string text, float x, float y, float size, Color color, float anchor = 0)
    {
        canvas.Save();
        canvas.Translate(x, y);
        canvas.RotateDegrees(-90);
        Draw(canvas, text, 0, 0, size, color, anchor);
        canvas.Restore();
    }

    /// <summary>As much of a text as fits a width, on one line, with an ellipsis where something is left out.</summary>
    public static string Shorten(string text, float size, float width)
    {
        string line = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
        using SKFont font = NewFont(size);
        if (font.MeasureText(line) <= width)
            return line;
        int length = font.BreakText(line, Math.Max(0, width - font.MeasureText(Ellipsis)));

        // Half a letter outside the basic plane is none.
        if (length > 0 && char.IsHighSurrogate(line[length - 1]))
            length--;
        return line[..length].TrimEnd() + Ellipsis;
    }

    private static SKFont NewFont(float size) => new(PlotFont.Typeface, size) { Subpixel = true };
}
