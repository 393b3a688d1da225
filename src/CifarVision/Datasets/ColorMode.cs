namespace CifarVision.Datasets;

/// <summary>The channels that pictures are loaded with (Keras: <c>color_mode</c>).</summary>
public enum ColorMode
{
    /// <summary>Red, green and blue.</summary>
    Rgb,

    /// <summary>One channel of gray: 0.299 red + 0.587 green + 0.114 blue.</summary>
    Grayscale,
}
