using ScottPlot;
using SkiaSharp;

namespace CifarVision.Plotting.Network;

/// <summary>A layer with inner layers: its own text above the inner layers, all in a frame.</summary>
/// <param name="text">The text.</param>
/// <param name="body">The inner layers.</param>
/// <param name="isJoined">Whether to draw connections from the upper side of the frame to the body, and from there to the lower side.</param>
internal sealed class LayerFrame(LayerText text, NetworkPart body, bool isJoined) : NetworkPart
{
    private const float Side = 14;
    private static readonly Color Ground = new("#FAFAFA");
    private static readonly Color HeadColor = new("#E3E3E3");

    /// <inheritdoc/>
    public override SKSize Size => new(body.Size.Width + (2 * Side), LayerBox.Height + body.Size.Height + (2 * NetworkPen.ArrowLength));

    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas, float middle, float top)
    {
        SKRect place = SKRect.Create(middle - (Size.Width / 2), top, Size.Width, Size.Height);
        NetworkPen.Box(canvas, place, Ground);
        var head = new SKRect(place.Left, place.Top, place.Right, place.Top + LayerBox.Height);
        NetworkPen.Box(canvas, head, HeadColor);
        LayerBox.DrawText(canvas, text, head);
        float bodyTop = top + LayerBox.Height + NetworkPen.ArrowLength;
        body.Draw(canvas, middle, bodyTop);
        if (!isJoined)
            return;
        NetworkPen.Arrow(canvas, new SKPoint(middle, bodyTop - NetworkPen.ArrowLength), new SKPoint(middle, bodyTop));
        NetworkPen.Line(canvas, new SKPoint(middle, bodyTop + body.Size.Height), new SKPoint(middle, place.Bottom));
    }
}
