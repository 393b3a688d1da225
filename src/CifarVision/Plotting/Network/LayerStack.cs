using SkiaSharp;

namespace CifarVision.Plotting.Network;

/// <summary>Pieces below each other, joined by arrows if the data flow is known.</summary>
internal sealed class LayerStack(IReadOnlyList<NetworkPart> parts, bool isJoined = true) : NetworkPart
{
    private readonly float _gap = isJoined ? NetworkPen.ArrowLength : 6;

    /// <inheritdoc/>
    public override SKSize Size => new(parts.Max(part => part.Size.Width), parts.Sum(part => part.Size.Height + _gap) - _gap);

    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas, float middle, float top)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            if (i > 0 && isJoined)
                NetworkPen.Arrow(canvas, new SKPoint(middle, top - _gap), new SKPoint(middle, top));
            parts[i].Draw(canvas, middle, top);
            top += parts[i].Size.Height + _gap;
        }
    }
}
