namespace CifarVision.Layers;

/// <summary>How to fill the outside of an image <c>a b c d</c> that was shifted, rotated or zoomed.</summary>
public enum FillMode
{
    /// <summary>A constant: <c>k k k k | a b c d | k k k k</c>.</summary>
    Constant,

    /// <summary>The pixel at the edge: <c>a a a a | a b c d | d d d d</c>.</summary>
    Nearest,

    /// <summary>The image reflected at its edge: <c>d c b a | a b c d | d c b a</c>.</summary>
    Reflect,

    /// <summary>The image repeated: <c>a b c d | a b c d | a b c d</c>.</summary>
    Wrap,
}
