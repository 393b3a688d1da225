using SkiaSharp;

namespace CifarVision.Reports.Page;

/// <summary>Converts images to addresses that contain them, so that the page needs no other file.</summary>
internal static class EmbeddedImage
{
    // Small images keep every pixel. Photographs are reduced to what the page shows.
    private const int LargestExact = 64;
    private const int LargestSide = 192;
    private const int Quality = 85;

    /// <summary>Returns the address of one image of an array.</summary>
    /// <param name="images">(N, H, W, 1 or 3), uint8.</param>
    /// <param name="index">The image.</param>
    public static string Address(NDArray images, int index)
    {
        (int height, int width, int channels) = ((int)images.shape[1], (int)images.shape[2], (int)images.shape[3]);
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        byte[] values = images[index].ravel().ToArray<byte>();
        Span<byte> pixels = bitmap.GetPixelSpan();
        for (int p = 0; p < width * height; p++)
        {
            for (int c = 0; c < 3; c++)
                pixels[(p * 4) + c] = values[(p * channels) + Math.Min(c, channels - 1)];
            pixels[(p * 4) + 3] = byte.MaxValue;
        }

        return Math.Max(width, height) <= LargestExact ? Encode(bitmap, SKEncodedImageFormat.Png, "png") : Reduced(bitmap);
    }

    private static string Reduced(SKBitmap bitmap)
    {
        double scale = Math.Min(1, (double)LargestSide / Math.Max(bitmap.Width, bitmap.Height));
        var size = new SKImageInfo(Side(bitmap.Width), Side(bitmap.Height), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKBitmap small = bitmap.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear))
            ?? throw new InvalidOperationException("TrainingReport: there is not enough memory to reduce an image.");
        return Encode(small, SKEncodedImageFormat.Jpeg, "jpeg");

        int Side(int pixels) => Math.Max(1, (int)Math.Round(pixels * scale));
    }

    private static string Encode(SKBitmap bitmap, SKEncodedImageFormat format, string name)
    {
        using SKData data = bitmap.Encode(format, Quality);
        return $"data:image/{name};base64,{Convert.ToBase64String(data.AsSpan())}";
    }
}
