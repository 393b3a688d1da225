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
    private const int LargestSide = 8192;

    // The bytes of a decoded picture are counted as an int.
    private const long MostPixels = int.MaxValue / 4;

    private static long _maxPixels = 1 << 26;

    /// <summary>
    /// The largest picture that is decoded, in pixels (width times height) according to its header. Default 67,108,864, which take 256 MB. Raise it
    /// if you trust your files, lower it for uploads.
    /// </summary>
    /// <remarks>It applies to the whole process, also to <see cref="ImageDataset.FromFolder"/>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1 or more than 536,870,911.</exception>
    public static long MaxPixels
    {
        get => Volatile.Read(ref _maxPixels);
        set => Volatile.Write(ref _maxPixels, value is >= 1 and <= MostPixels
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), FormattableString.Invariant($"ImageFile: MaxPixels must be from 1 to {MostPixels}, but was {value}.")));
    }

    /// <summary>Loads one picture and resizes it.</summary>
    /// <param name="path">The file, of at most 256 MB and <see cref="MaxPixels"/>.</param>
    /// <param name="size">Height and width of the result, in pixels, 1 to 8192 each. The aspect ratio is not kept, as in Keras.</param>
    /// <param name="colorMode">The channels. Default red, green and blue.</param>
    /// <returns>(H, W, 3), or (H, W, 1) of gray, uint8, from 0 to 255. Scale it before <c>Predict</c> as the training data was scaled.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is under 1 or over 8192.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty, too large, damaged, cut off, or no picture; the message names it.</exception>
    public static NDArray Load(string path, Size2D size, ColorMode colorMode = ColorMode.Rgb)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        RequireSize(size, nameof(ImageFile));
        return Load(() => PictureFile.Open(path), size, colorMode);
    }

    /// <summary>Loads one picture from a stream, such as an upload, and resizes it.</summary>
    /// <param name="stream">The content of a picture file, read from its position to its end: at most 256 MB and <see cref="MaxPixels"/>.</param>
    /// <param name="size">Height and width of the result, in pixels, 1 to 8192 each.</param>
    /// <param name="colorMode">The channels. Default red, green and blue.</param>
    /// <param name="name">What error messages call the picture, such as the name that an upload has. Default: the stream.</param>
    /// <returns>As for a file.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is under 1 or over 8192.</exception>
    /// <exception cref="InvalidDataException">The content is empty, too large, damaged, cut off, or no picture.</exception>
    public static NDArray Load(Stream stream, Size2D size, ColorMode colorMode = ColorMode.Rgb, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        RequireSize(size, nameof(ImageFile));
        return Load(stream, size, colorMode, new PictureOrigin(nameof(stream), name ?? "the stream"));
    }

    /// <summary>Loads one picture from memory and resizes it.</summary>
    /// <param name="bytes">The content of a picture file, of at most 256 MB and <see cref="MaxPixels"/>.</param>
    /// <param name="size">Height and width of the result, in pixels, 1 to 8192 each.</param>
    /// <param name="colorMode">The channels. Default red, green and blue.</param>
    /// <param name="name">What error messages call the picture, such as the name that an upload has. Default: the array.</param>
    /// <returns>As for a file.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is under 1 or over 8192.</exception>
    /// <exception cref="InvalidDataException">The content is empty, too large, damaged, cut off, or no picture.</exception>
    public static NDArray Load(byte[] bytes, Size2D size, ColorMode colorMode = ColorMode.Rgb, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        RequireSize(size, nameof(ImageFile));
        return Load(new MemoryStream(bytes, writable: false), size, colorMode, new PictureOrigin(nameof(bytes), name ?? "the array"));
    }

    /// <summary>Saves an image as a PNG file, without loss.</summary>
    /// <param name="path">A file that ends with <c>.png</c>; its folder must exist. The old file is kept until the new one is complete.</param>
    /// <param name="image">(H, W, 3), red, green and blue, or (H, W, 1), gray, uint8 from 0 to 255, as <c>Load</c> returns it, or an image of <see cref="ImageDataset.Images"/>.</param>
    /// <exception cref="ArgumentException">The extension, the type or the shape is wrong.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public static void Save(string path, NDArray image)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(image);
        if (!path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"ImageFile: path must end with .png, but was '{path}'.", nameof(path));
        if (image.typecode != NPTypeCode.Byte || image.ndim != 3 || image.shape[2] is not (1 or 3) || image.size == 0)
        {
            throw new ArgumentException(
                $"ImageFile: image must be uint8 of shape (H, W, 3) or (H, W, 1), but was {image.dtype.Name} of {TensorShape.Format(image.shape)}. Bring it to 0 .. 255 with astype(np.uint8).",
                nameof(image));
        }

        NDArray rows = np.ascontiguousarray(image);
        using var picture = new SKBitmap((int)rows.shape[1], (int)rows.shape[0], SKColorType.Rgba8888, SKAlphaType.Opaque);
        Span<byte> pixels = picture.GetPixelSpan();
        ReadOnlySpan<byte> values = ArrayConversion.Bytes(rows);
        int channels = (int)rows.shape[2];
        for (int i = 0; i < values.Length / channels; i++)
        {
            ReadOnlySpan<byte> value = values.Slice(i * channels, channels);
            Span<byte> pixel = pixels.Slice(i * picture.BytesPerPixel, picture.BytesPerPixel);
            (pixel[0], pixel[1], pixel[2], pixel[3]) = (value[0], value[channels / 2], value[^1], byte.MaxValue);
        }

        GC.KeepAlive(rows);
        // Encoded in memory: an exception of the stream, as on a full disk, would pass through native code and end the process.
        using SKData png = picture.Encode(SKEncodedImageFormat.Png, quality: 100);
        AtomicFile.Write(path, png.SaveTo);
    }

    internal static void RequireSize(Size2D size, string owner)
    {
        if (size.Height is < 1 or > LargestSide || size.Width is < 1 or > LargestSide)
            throw new ArgumentOutOfRangeException(nameof(size), FormattableString.Invariant($"{owner}: size must be from 1 to {LargestSide} pixels a side, but was {size}."));
    }

    internal static int ChannelsOf(ColorMode colorMode) => colorMode switch
    {
        ColorMode.Rgb => 3,
        ColorMode.Grayscale => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(colorMode), $"ImageFile: colorMode must be Rgb or Grayscale, but was {colorMode}."),
    };

    internal static int BytesOf(Size2D size, ColorMode colorMode) => size.Height * size.Width * ChannelsOf(colorMode);

    /// <summary>Decodes one picture into (H, W, C). Thread-safe.</summary>
    internal static void Read(string path, Size2D size, Span<byte> target)
    {
        using var file = PictureFile.Open(path);
        Read(file, size, target);
    }

    private static NDArray Load(Stream stream, Size2D size, ColorMode colorMode, PictureOrigin origin) =>
        Load(() => PictureFile.Open(stream, origin), size, colorMode);

    private static NDArray Load(Func<PictureFile> open, Size2D size, ColorMode colorMode)
    {
        NDArray image = np.empty(new Shape(size.Height, size.Width, ChannelsOf(colorMode)), NPTypeCode.Byte);
        using PictureFile file = open();
        Read(file, size, ArrayConversion.Bytes(image));
        GC.KeepAlive(image);
        return image;
    }

    private static void Read(PictureFile file, Size2D size, Span<byte> target)
    {
        using Lock.Scope alone = file.EnterIfLarge();

        // The picture is resized as stored and turned while it is written, since the target is usually smaller.
        PixelOrder order = file.OrderIn(size);
        using SKBitmap picture = file.Decode(atLeast: order.Size);
        ImageResize.Stretch(picture.GetPixelSpan(), new Size2D(picture.Height, picture.Width), target, order);
    }
}
