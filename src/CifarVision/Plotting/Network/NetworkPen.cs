using ScottPlot;
using SkiaSharp;

namespace CifarVision.Plotting.Network;

/// <summary>Draws lines, arrows and boxes of a network.</summary>
internal static class NetworkPen
{
    /// <summary>The height of an arrow.</summary>
    public const float ArrowLength = 18;

    private const float HeadLength = 6;
    private const float HeadWidth = 3.5f;

    /// <summary>Draws a line through points.</summary>
    public static void Line(SKCanvas canvas, params ReadOnlySpan<SKPoint> points)
    {
        using SKPaint paint = new() { IsAntialias = true, IsStroke = true, StrokeWidth = 1.2f, Color = PlotFigure.AxisColor.ToSKColor() };
        for (int i = 1; i < points.Length; i++)
            canvas.DrawLine(points[i - 1], points[i], paint);
    }

    /// <summary>Draws a line whose last, downward section ends with an arrowhead.</summary>
    public static void Arrow(SKCanvas canvas, params ReadOnlySpan<SKPoint> points)
    {
        SKPoint tip = points[^1];
        Line(canvas, [.. points[..^1], new SKPoint(tip.X, tip.Y - (HeadLength / 2))]);
        using SKPaint paint = new() { IsAntialias = true, Color = PlotFigure.AxisColor.ToSKColor() };
        using var head = new SKPath();
        head.AddPoly([tip, new SKPoint(tip.X - HeadWidth, tip.Y - HeadLength), new SKPoint(tip.X + HeadWidth, tip.Y - HeadLength)]);
        canvas.DrawPath(head, paint);
    }

    /// <summary>Draws a filled and framed rectangle.</summary>
    public static void Box(SKCanvas canvas, SKRect place, Color color)
    {
        using SKPaint fill = new() { Color = color.ToSKColor() };
        canvas.DrawRect(place, fill);
        using SKPaint frame = new() { IsAntialias = true, IsStroke = true, StrokeWidth = 1, Color = PlotFigure.AxisColor.ToSKColor() };
        canvas.DrawRect(place, frame);
    }
}
