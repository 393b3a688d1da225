namespace CifarVision.Layers;

/// <summary>How values between pixels are computed.</summary>
public enum Interpolation
{
    /// <summary>The nearest pixel.</summary>
    Nearest,

    /// <summary>The mean of the four nearest pixels, weighted by distance.</summary>
    Bilinear,
}
