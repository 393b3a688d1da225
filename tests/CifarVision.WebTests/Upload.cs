using CifarVision.Tests.Testing;
using SkiaSharp;

namespace CifarVision.WebTests;

/// <summary>Requests with pictures, and pictures that no service should take.</summary>
internal static class Upload
{
    /// <summary>A form with files.</summary>
    public static MultipartFormDataContent Of(params IEnumerable<(string Name, byte[] Content)> files)
    {
        var form = new MultipartFormDataContent();
        foreach ((string name, byte[] content) in files)
            form.Add(new ByteArrayContent(content), "pictures", name);
        return form;
    }

    /// <summary>A form with files of the disk.</summary>
    public static MultipartFormDataContent OfFiles(params IEnumerable<string> paths) =>
        Of(paths.Select(path => (Path.GetFileName(path), File.ReadAllBytes(path))));

    /// <summary>A photograph of a size that no network takes, partly transparent, as a PNG.</summary>
    public static byte[] Photograph(int height = 301, int width = 403)
    {
        using SKBitmap picture = PictureBytes.Flat(height, width, SKColors.White);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                PictureBytes.Set(picture, y, x, new SKColor((byte)(x * 255 / width), (byte)(y * 255 / height), (byte)((x * y) % 256), (byte)(x < 50 ? 128 : 255)));
        }

        return PictureBytes.Png(picture);
    }
}
