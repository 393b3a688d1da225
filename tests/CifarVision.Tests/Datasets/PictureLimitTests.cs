using CifarVision.Datasets;
using CifarVision.Tests.Testing;
using SkiaSharp;

namespace CifarVision.Tests.Datasets;

/// <summary>Pictures whose header declares more than is decoded.</summary>
public sealed class PictureLimitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_MorePixelsThanTheBytesCanHold_IsRefused() => AssertRefused(PictureBytes.PngHeader(8_000, 8_000), "declares 8000 x 8000 in");

    [Fact]
    public void Load_AsManyPixelsAsMaxPixels_GivesThem()
    {
        byte[] png = Red(16, 16);
        using Limit limit = new(256);

        Assert.Equal(255, ImageFile.Load(png, 8).ToArray<byte>()[0]);
    }

    [Fact]
    public void Load_MorePixelsThanMaxPixels_IsRefused()
    {
        byte[] png = Red(16, 16);
        using Limit limit = new(255);

        AssertRefused(png, "has 16 x 16. Make it smaller first, or raise ImageFile.MaxPixels.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1L << 29)]
    public void MaxPixels_OutOfRange_Throws(long pixels) => Assert.Throws<ArgumentOutOfRangeException>(() => ImageFile.MaxPixels = pixels);

    private static byte[] Red(int height, int width)
    {
        using SKBitmap picture = PictureBytes.Flat(height, width, SKColors.Red);
        return PictureBytes.Png(picture);
    }

    private void AssertRefused(byte[] content, string fault)
    {
        string path = _folder.File("bad one.png");
        File.WriteAllBytes(path, content);

        var error = Assert.Throws<InvalidDataException>(() => ImageFile.Load(path, 8));

        Assert.Contains($"{path} {fault}", error.Message, StringComparison.Ordinal);
    }

    private sealed class Limit : IDisposable
    {
        private readonly long _before = ImageFile.MaxPixels;

        public Limit(long pixels) => ImageFile.MaxPixels = pixels;

        public void Dispose() => ImageFile.MaxPixels = _before;
    }
}
