using SkiaSharp;

namespace CifarVision.Plotting.Network;

/// <summary>A piece of the picture of a network: data enters at the middle of its upper side and leaves at the middle of its lower one.</summary>
internal abstract class NetworkPart
{
    /// <summary>Width and height, in units.</summary>
    public abstract SKSize Size { get; }

    /// <summary>Draws it below a height, around a middle.</summary>
    public abstract void Draw(SKCanvas canvas, float middle, float top);
}
