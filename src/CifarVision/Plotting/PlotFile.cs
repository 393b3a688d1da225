using System.Globalization;
using System.Text;
using System.Xml;
using CifarVision.Serialization;
using SkiaSharp;

namespace CifarVision.Plotting;

/// <summary>Saves a drawing as PNG or SVG, depending on the extension of the path. The file appears only when it is complete.</summary>
internal static class PlotFile
{
    private const int Smallest = 100;
    private const int Largest = 10_000;
    private const double SmallestScale = 0.25;
    private const double LargestScale = 10;

    /// <summary>Draws into a file.</summary>
    /// <param name="path">A file that ends with .png or .svg; its folder must exist.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="unit">The pixels per unit of the drawing, so that one drawing fits pictures of any size.</param>
    /// <param name="draw">Draws on a white background, given its width and height in units.</param>
    /// <exception cref="ArgumentException">The path ends with neither .png nor .svg.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width or height is not from 100 to 10,000.</exception>
    public static void Save(string path, int width, int height, float unit, Action<SKCanvas, SKSize> draw)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        RequireSize(width, nameof(width));
        RequireSize(height, nameof(height));
        var size = new SKSize(width / unit, height / unit);
        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".PNG":
                AtomicFile.Write(path, stream => WritePng(stream, width, height, unit, size, draw));
                break;
            case ".SVG":
                AtomicFile.Write(path, stream => WriteSvg(stream, width, height, size, draw));
                break;
            case var ending:
                throw new ArgumentException($"PlotFile: path must end in .png or .svg, but ends in '{ending.ToLowerInvariant()}': '{path}'.", nameof(path));
        }
    }

    /// <summary>Draws into a file of the size of the drawing.</summary>
    /// <param name="path">A file that ends with .png or .svg; its folder must exist.</param>
    /// <param name="size">The size of the drawing, in units.</param>
    /// <param name="scale">The pixels per unit.</param>
    /// <param name="owner">The class, for messages.</param>
    /// <param name="draw">Draws on a white background.</param>
    /// <exception cref="ArgumentException">The path ends with neither .png nor .svg, or a side would be longer than 10,000 pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not from 0.25 to 10.</exception>
    public static void Save(string path, SKSize size, double scale, string owner, Action<SKCanvas> draw)
    {
        if (scale is not (>= SmallestScale and <= LargestScale))
            throw new ArgumentOutOfRangeException(nameof(scale), string.Create(CultureInfo.InvariantCulture, $"{owner}: scale must be {SmallestScale} to {LargestScale}, but was {scale}."));
        int width = Math.Max(Smallest, (int)Math.Ceiling(size.Width * scale));
        int height = Math.Max(Smallest, (int)Math.Ceiling(size.Height * scale));
        if (Math.Max(width, height) > Largest)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{owner}: the picture must be at most {Largest} pixels wide and high, but would be {width} x {height}. Show less in one, or pass a smaller scale."),
                nameof(scale));
        }

        Save(path, width, height, (float)scale, (canvas, _) => draw(canvas));
    }

    private static void WritePng(Stream stream, int width, int height, float unit, SKSize size, Action<SKCanvas, SKSize> draw)
    {
        using SKSurface surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque))
            ?? throw new InvalidOperationException($"PlotFile: there is not enough memory for a picture of {width} x {height} pixels.");
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(unit);
        draw(surface.Canvas, size);
        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        png.SaveTo(stream);
    }

    private static void WriteSvg(Stream stream, int width, int height, SKSize size, Action<SKCanvas, SKSize> draw)
    {
        using var drawing = new MemoryStream();
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, size.Width, size.Height), drawing))
        {
            canvas.Clear(SKColors.White);
            draw(canvas, size);
        }

        drawing.Position = 0;
        using XmlWriter writer = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" });
        SvgFinish.Finish(drawing, width, height, size).Save(writer);
    }

    private static void RequireSize(int pixels, string name)
    {
        if (pixels is < Smallest or > Largest)
            throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture, $"PlotFile: {name} must be {Smallest} to {Largest} pixels, but was {pixels}."));
    }
}
