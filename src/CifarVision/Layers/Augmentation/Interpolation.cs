namespace CifarVision.Layers;

/// <summary>How a value between pixels is found.</summary>
public enum Interpolation
{
    /// <summary>The nearest pixel.</summary>
    Nearest,

    /// <summary>The mean of the four pixels around, weighted by their nearness.</summary>
    Bilinear,
}
