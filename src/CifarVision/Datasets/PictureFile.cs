using CifarVision.Runtime;
using SkiaSharp;

namespace CifarVision.Datasets;

/// <summary>A picture file, whose header is checked before memory for its pixels is allocated.</summary>
internal sealed class PictureFile : IDisposable
{
    private const long MostBytes = 1 << 28;

    // Larger JPEG and WebP files are decoded at a fraction of their size, and only one at a time over all threads.
    private const long ManyPixels = 1 << 24;

    // A PNG of one bit per pixel at deflate's highest ratio, 1032. A large picture that declares more was made to fill memory.
    private const long MostPixelsPerByte = 8 * 1032;

    private static readonly Lock OneLargePicture = new();
    private readonly PictureOrigin _origin;
    private readonly SKData _data;
    private readonly SKCodec _codec;

    private PictureFile(PictureOrigin origin, SKData data, SKCodec codec)
    {
        _origin = origin;
        _data = data;
        _codec = codec;
    }

    private long PixelCount => (long)_codec.Info.Width * _codec.Info.Height;

    /// <summary>Reads the file and the picture's header.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is empty, too large or not a picture.</exception>
    public static PictureFile Open(string path)
    {
        if (Directory.Exists(path))
            throw new FileNotFoundException($"ImageFile: path must be a file, but {Path.GetFullPath(path)} is a folder. Give one picture, or the folder to ImageDataset.FromFolder.", path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"ImageFile: path must be an existing file, but {Path.GetFullPath(path)} was not found. Check the name and the folder.", path);
        using FileStream file = File.OpenRead(path);
        var origin = new PictureOrigin(nameof(path), path);
        RequireLength(origin, file.Length);
        return Open(origin, SKData.Create(file, file.Length) ?? throw origin.Refuse("cannot be read to its end. Copy or save it again"));
    }

    /// <summary>Reads a stream to its end, and the picture's header.</summary>
    /// <exception cref="InvalidDataException">The content is empty, too large or not a picture.</exception>
    public static PictureFile Open(Stream stream, PictureOrigin origin)
    {
        // Not every stream knows its length.
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        int read;
        while (content.Length <= MostBytes && (read = stream.Read(buffer)) > 0)
            content.Write(buffer.AsSpan(0, read));
        RequireLength(origin, content.Length);
        content.Position = 0;
        return Open(origin, SKData.Create(content, content.Length));
    }

    /// <summary>Returns the order of stored rows and columns in a displayed picture of <paramref name="size"/>.</summary>
    public PixelOrder OrderIn(Size2D size) => PixelOrder.Of((int)_codec.EncodedOrigin, size);

    /// <summary>If this picture is large, waits until no other large picture is in memory, which limits the memory of several threads.</summary>
    public Lock.Scope EnterIfLarge() => PixelCount > ManyPixels ? OneLargePicture.EnterScope() : default;

    /// <summary>Decodes the pixels as stored: red, green, blue, alpha, the colors multiplied by alpha.</summary>
    /// <param name="atLeast">The final size; a picture that can be decoded at a fraction of its size is not decoded smaller than this.</param>
    /// <exception cref="InvalidDataException">The file is damaged or cut off.</exception>
    public SKBitmap Decode(Size2D atLeast)
    {
        SKSizeI size = DecodedSize(atLeast);
        var picture = new SKBitmap();
        try
        {
            // Without a color space, so that Skia does not convert colors.
            var layout = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Premul);
            if (!picture.TryAllocPixels(layout))
                throw _origin.Refuse($"has {size.Width} x {size.Height} pixels. Make it smaller first", "a picture that fits into memory");
            SKCodecResult result = _codec.GetPixels(layout, picture.GetPixels());
            return result switch
            {
                SKCodecResult.Success => picture,
                SKCodecResult.IncompleteInput => throw _origin.Refuse("is cut off. Copy or save it again"),
                _ => throw _origin.Refuse($"is damaged ({result}). Copy or save it again"),
            };
        }
        catch
        {
            picture.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _codec.Dispose();
        _data.Dispose();
    }

    private SKSizeI DecodedSize(Size2D atLeast)
    {
        // In eighths, the only fractions that JPEG supports.
        SKSizeI full = _codec.Info.Size;
        double fits = Math.Floor(8 * Math.Sqrt((double)ManyPixels / PixelCount));
        double needed = Math.Ceiling(8 * Math.Max((double)atLeast.Height / full.Height, (double)atLeast.Width / full.Width));
        float scale = (float)(Math.Max(fits, needed) / 8);
        return scale < 1 ? _codec.GetScaledDimensions(scale) : full;
    }

    private static PictureFile Open(PictureOrigin origin, SKData data)
    {
        SKCodec? codec = SKCodec.Create(data);
        if (codec is null)
        {
            data.Dispose();
            throw origin.Refuse("is none of them or is damaged. Open it in a viewer to see what it is");
        }

        var file = new PictureFile(origin, data, codec);
        try
        {
            file.RequirePixels();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void RequirePixels()
    {
        (int width, int height) = (_codec.Info.Width, _codec.Info.Height);
        if (PixelCount > ImageFile.MaxPixels)
            throw _origin.Refuse($"has {width} x {height}. Make it smaller first, or raise ImageFile.MaxPixels", $"a picture of at most {ImageFile.MaxPixels} pixels");
        if (PixelCount > ManyPixels && PixelCount / MostPixelsPerByte > _data.Size)
            throw _origin.Refuse($"declares {width} x {height} in {_data.Size} bytes. Copy or save it again", $"a picture with at least one byte for {MostPixelsPerByte} pixels");
    }

    private static void RequireLength(PictureOrigin origin, long length)
    {
        if (length == 0)
            throw origin.Refuse("is empty. Copy or save it again");
        if (length > MostBytes)
            throw origin.Refuse($"has {length}. Make it smaller first", $"a file of at most {MostBytes} bytes");
    }
}
