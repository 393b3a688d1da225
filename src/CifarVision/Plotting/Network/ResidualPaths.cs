using SkiaSharp;

namespace CifarVision.Plotting.Network;

/// <summary>The two ways through a Residual, which part above and are added below: the main one at the left, the shortcut at the right.</summary>
/// <param name="main">The layers of the main path.</param>
/// <param name="shortcut">Those of the shortcut; null where it is the input itself.</param>
internal sealed class ResidualPaths(NetworkPart main, NetworkPart? shortcut) : NetworkPart
{
    private const float Gap = 20;
    private const float PlainWidth = 24;
    private const float Radius = 8;

    private float ShortcutWidth => shortcut?.Size.Width ?? PlainWidth;

    private float PathHeight => Math.Max(main.Size.Height, shortcut?.Size.Height ?? 0);

    /// <inheritdoc/>
    public override SKSize Size => new(main.Size.Width + Gap + ShortcutWidth, (2 * NetworkPen.ArrowLength) + PathHeight + (2 * Radius));

    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas, float middle, float top)
    {
        float left = middle - (Size.Width / 2) + (main.Size.Width / 2);
        float right = middle + (Size.Width / 2) - (ShortcutWidth / 2);
        float pathTop = top + NetworkPen.ArrowLength;
        float sum = pathTop + PathHeight + NetworkPen.ArrowLength + Radius;

        NetworkPen.Arrow(canvas, new SKPoint(middle, top), new SKPoint(left, top), new SKPoint(left, pathTop));
        main.Draw(canvas, left, pathTop);
        NetworkPen.Line(canvas, new SKPoint(left, pathTop + main.Size.Height), new SKPoint(left, sum), new SKPoint(middle - Radius, sum));
        if (shortcut is null)
        {
            NetworkPen.Line(canvas, new SKPoint(middle, top), new SKPoint(right, top), new SKPoint(right, sum), new SKPoint(middle + Radius, sum));
        }
        else
        {
            NetworkPen.Arrow(canvas, new SKPoint(middle, top), new SKPoint(right, top), new SKPoint(right, pathTop));
            shortcut.Draw(canvas, right, pathTop);
            NetworkPen.Line(canvas, new SKPoint(right, pathTop + shortcut.Size.Height), new SKPoint(right, sum), new SKPoint(middle + Radius, sum));
        }

        DrawSum(canvas, middle, sum);
    }

    private static void DrawSum(SKCanvas canvas, float x, float y)
    {
        using SKPaint paint = new() { IsAntialias = true, Color = SKColors.White };
        canvas.DrawCircle(x, y, Radius, paint);
        (paint.Color, paint.IsStroke, paint.StrokeWidth) = (PlotFigure.AxisColor.ToSKColor(), true, 1.2f);
        canvas.DrawCircle(x, y, Radius, paint);
        NetworkPen.Line(canvas, new SKPoint(x - (Radius / 2), y), new SKPoint(x + (Radius / 2), y));
        NetworkPen.Line(canvas, new SKPoint(x, y - (Radius / 2)), new SKPoint(x, y + (Radius / 2)));
    }
}
