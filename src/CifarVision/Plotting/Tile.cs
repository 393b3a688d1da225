using SkiaSharp;

namespace CifarVision.Plotting;

/// <summary>One picture of a <see cref="TileGrid"/>, with the text below it.</summary>
/// <param name="Pixels">Red, green, blue and an alpha of 255 for each pixel, row by row.</param>
/// <param name="Width">The width in pixels.</param>
/// <param name="Height">The height in pixels.</param>
internal sealed record Tile(byte[] Pixels, int Width, int Height)
{
    /// <summary>The lines of text below, first to last.</summary>
    public IReadOnlyList<string> Caption { get; init; } = [];

    /// <summary>Whether the picture has a frame, and its last line the color of the frame.</summary>
    public bool IsMarked { get; init; }

    /// <summary>Creates the picture for Skia.</summary>
    public SKImage ToImage() => SKImage.FromPixelCopy(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque), Pixels);

    /// <summary>Returns a copy of another size, for a picture that is too large.</summary>
    public Tile Resized(int width, int height)
    {
        using SKImage image = ToImage();
        var pixels = new byte[width * height * 4];
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        image.ScalePixels(bitmap.PeekPixels(), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        bitmap.GetPixelSpan().CopyTo(pixels);
        return this with { Pixels = pixels, Width = width, Height = height };
    }
}
