using ScottPlot;
using SkiaSharp;

namespace CifarVision.Plotting.Network;

/// <summary>A layer as a box with two lines: class and name at the left, shape and parameters at the right.</summary>
/// <param name="text">The text.</param>
/// <param name="width">The width of all boxes of a picture.</param>
/// <param name="color">The background color.</param>
internal sealed class LayerBox(LayerText text, float width, Color color) : NetworkPart
{
    /// <summary>The height of every box.</summary>
    public const float Height = 38;

    private const float Widest = 460;
    private const float Narrowest = 150;
    private const float Padding = 10;
    private const float ColumnGap = 24;
    private const float KindSize = 12;
    private const float SmallSize = 10.5f;
    private static readonly Color Pale = new("#595959");

    /// <inheritdoc/>
    public override SKSize Size => new(width, Height);

    /// <summary>Returns the width that fits all texts, except very long ones.</summary>
    public static float WidthFor(IReadOnlyList<LayerText> texts) => Math.Clamp(
        texts.Select(text => Left(text) + Right(text) + (2 * Padding) + (Right(text) > 0 ? ColumnGap : 0)).DefaultIfEmpty(0).Max(),
        Narrowest,
        Widest);

    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas, float middle, float top)
    {
        SKRect place = SKRect.Create(middle - (width / 2), top, width, Height);
        NetworkPen.Box(canvas, place, color);
        DrawText(canvas, text, place);
    }

    /// <summary>Draws only the two lines.</summary>
    public static void DrawText(SKCanvas canvas, LayerText text, SKRect place)
    {
        float room = place.Width - (2 * Padding);
        float right = Math.Min(Right(text), room - ColumnGap - Math.Min(Left(text), room / 2));
        float left = room - right - (right > 0 ? ColumnGap : 0);
        float firstLine = text.Name.Length + text.Parameters.Length == 0 ? place.MidY : place.Top + 13;
        PlotText.Draw(canvas, PlotText.Shorten(text.Kind, KindSize, left), place.Left + Padding, firstLine, KindSize, PlotFigure.Ink);
        PlotText.Draw(canvas, PlotText.Shorten(text.Name, SmallSize, left), place.Left + Padding, place.Top + 27, SmallSize, Pale);
        PlotText.Draw(canvas, PlotText.Shorten(text.Shape, KindSize, right), place.Right - Padding, firstLine, KindSize, PlotFigure.Ink, anchor: 1);
        PlotText.Draw(canvas, PlotText.Shorten(text.Parameters, SmallSize, right), place.Right - Padding, place.Top + 27, SmallSize, Pale, anchor: 1);
    }

    private static float Left(LayerText text) => Math.Max(PlotText.Width(text.Kind, KindSize), PlotText.Width(text.Name, SmallSize));

    private static float Right(LayerText text) => Math.Max(PlotText.Width(text.Shape, KindSize), PlotText.Width(text.Parameters, SmallSize));
}
