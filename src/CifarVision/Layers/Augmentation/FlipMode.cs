namespace CifarVision.Layers;

/// <summary>In which directions <see cref="RandomFlip"/> may flip.</summary>
public enum FlipMode
{
    /// <summary>Left and right change places.</summary>
    Horizontal,

    /// <summary>Top and bottom change places.</summary>
    Vertical,

    /// <summary>Either, neither or both.</summary>
    HorizontalAndVertical,
}
