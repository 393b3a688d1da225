using SkiaSharp;

namespace CifarVision.Plotting;

/// <summary>One picture of a <see cref="TileGrid"/>, and what stands below it.</summary>
/// <param name="Pixels">Red, green, blue and 255 for each pixel, row by row.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal sealed record Tile(byte[] Pixels, int Width, int Height)
{
    /// <summary>The lines below, first to last.</summary>
    public IReadOnlyList<string> Caption { get; init; } = [];

    /// <summary>Whether it is framed, and its last line in the frame's colour.</summary>
    public bool IsMarked { get; init; }

    /// <summary>The picture as Skia draws it.</summary>
    public SKImage ToImage() => SKImage.FromPixelCopy(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque), Pixels);

    /// <summary>A copy of another size, for a picture too large to be shown pixel by pixel.</summary>
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
