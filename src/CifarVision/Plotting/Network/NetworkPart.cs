using SkiaSharp;

namespace CifarVision.Plotting.Network;

/// <summary>A piece of the picture of a network. Data enters at the middle of its upper side and leaves at the middle of its lower side.</summary>
internal abstract class NetworkPart
{
    /// <summary>The width and height, in units.</summary>
    public abstract SKSize Size { get; }

    /// <summary>Draws the piece below a height, centered at a horizontal position.</summary>
    public abstract void Draw(SKCanvas canvas, float middle, float top);
}
