using CifarVision.Runtime;
using CifarVision.Serialization;
using SkiaSharp;

namespace CifarVision.Datasets;

/// <summary>
/// Loads your own pictures and resizes them for a model: PNG, JPEG, WebP, BMP and GIF files, identified by their content, not by their extension. For a whole
/// folder, see <see cref="ImageDataset.FromFolder"/>.
/// </summary>
/// <remarks>
/// Downscaling averages the area of the picture that each target pixel covers; upscaling is bilinear with half-pixel centers. Keras'
/// <c>image_dataset_from_directory</c> is bilinear for both, so when downscaling it uses only two of the many rows and columns that make up a pixel; pass its
/// arrays to Fit to train on exactly the same pixels. Unlike Keras, the EXIF orientation is applied, and transparent pictures are drawn over white. As in
/// Keras, 16 bits are rounded to 8, gray and CMYK become RGB, animations are read as their first frame, and color profiles are ignored.
/// </remarks>
public static class ImageFile
{
    internal const int Channels = 3;

    private const int LargestSide = 8192;

    /// <summary>Loads one picture and resizes it.</summary>
    /// <param name="path">The file, of at most 256 MB and 134 million pixels.</param>
    /// <param name="size">Height and width of the result, in pixels, 1 to 8192 each. The aspect ratio is not kept, as in Keras.</param>
    /// <returns>(H, W, 3), uint8: red, green and blue from 0 to 255. Scale it before <c>Predict</c> as the training data was scaled.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is under 1 or over 8192.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty, too large, damaged, cut off, or no picture; the message names it.</exception>
    public static NDArray Load(string path, Size2D size)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        RequireSize(size, nameof(ImageFile));
        NDArray image = np.empty(new Shape(size.Height, size.Width, Channels), NPTypeCode.Byte);
        Read(path, size, ArrayConversion.Bytes(image));
        GC.KeepAlive(image);
        return image;
    }

    /// <summary>Saves an image as a PNG file, without loss.</summary>
    /// <param name="path">A file that ends with <c>.png</c>; its folder must exist. The old file is kept until the new one is complete.</param>
    /// <param name="image">(H, W, 3), uint8: red, green and blue from 0 to 255, as <see cref="Load"/> returns it, or one of <see cref="ImageDataset.Images"/>.</param>
    /// <exception cref="ArgumentException">The extension, the type or the shape is wrong.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public static void Save(string path, NDArray image)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(image);
        if (!path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"ImageFile: path must end with .png, but was '{path}'.", nameof(path));
        if (image.typecode != NPTypeCode.Byte || image.ndim != 3 || image.shape[2] != Channels || image.size == 0)
        {
            throw new ArgumentException(
                $"ImageFile: image must be uint8 of shape (H, W, 3), but was {image.dtype.Name} of {TensorShape.Format(image.shape)}. Bring it to 0 .. 255 with astype(np.uint8).",
                nameof(image));
        }

        NDArray rows = np.ascontiguousarray(image);
        using var picture = new SKBitmap((int)rows.shape[1], (int)rows.shape[0], SKColorType.Rgba8888, SKAlphaType.Opaque);
        Span<byte> pixels = picture.GetPixelSpan();
        ReadOnlySpan<byte> values = ArrayConversion.Bytes(rows);
        for (int i = 0; i < values.Length / Channels; i++)
        {
            values.Slice(i * Channels, Channels).CopyTo(pixels[(i * picture.BytesPerPixel)..]);
            pixels[(i * picture.BytesPerPixel) + Channels] = byte.MaxValue;
        }

        GC.KeepAlive(rows);
        AtomicFile.Write(path, stream => picture.Encode(stream, SKEncodedImageFormat.Png, quality: 100));
    }

    internal static void RequireSize(Size2D size, string owner)
    {
        if (size.Height is < 1 or > LargestSide || size.Width is < 1 or > LargestSide)
            throw new ArgumentOutOfRangeException(nameof(size), FormattableString.Invariant($"{owner}: size must be from 1 to {LargestSide} pixels a side, but was {size}."));
    }

    internal static int BytesOf(Size2D size) => size.Height * size.Width * Channels;

    /// <summary>Decodes one picture into (H, W, 3). Thread-safe.</summary>
    internal static void Read(string path, Size2D size, Span<byte> target)
    {
        using var file = PictureFile.Open(path);
        using Lock.Scope alone = file.EnterIfLarge();

        // The picture is resized as stored and turned while it is written, since the target is usually smaller.
        PixelOrder order = file.OrderIn(size);
        using SKBitmap picture = file.Decode(atLeast: order.Size);
        ImageResize.Stretch(picture.GetPixelSpan(), new Size2D(picture.Height, picture.Width), target, order);
    }
}
