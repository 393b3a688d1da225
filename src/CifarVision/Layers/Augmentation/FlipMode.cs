namespace CifarVision.Layers;

/// <summary>The directions in which <see cref="RandomFlip"/> flips.</summary>
public enum FlipMode
{
    /// <summary>Left to right.</summary>
    Horizontal,

    /// <summary>Top to bottom.</summary>
    Vertical,

    /// <summary>Each direction with probability 1/2.</summary>
    HorizontalAndVertical,
}
