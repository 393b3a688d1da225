using System.Globalization;
using CifarVision.Datasets;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using SkiaSharp;

namespace CifarVision.Tests.Datasets;

public sealed class ImageFileTests : IDisposable
{
    private static readonly SKColor Red = new(200, 30, 40);
    private static readonly SKColor Green = new(20, 180, 60);
    private static readonly SKColor Blue = new(10, 50, 220);
    private static readonly SKColor Yellow = new(240, 220, 70);
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Kinds => ["png", "bmp", "webp", "jpg"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Load_OwnSize_GivesThePixels(string kind)
    {
        using SKBitmap picture = PictureBytes.Quarters(8, Red, Green, Blue, Yellow);
        NDArray image = Load(Encode(picture, kind), (16, 16));

        // JPEG rounds twice: to its own colours and back.
        int tolerance = kind == "jpg" ? 2 : 0;
        Assert.Equal([16L, 16L, 3L], image.shape);
        Assert.Equal(NPTypeCode.Byte, image.typecode);
        foreach ((int y, int x, SKColor colour) in new[] { (0, 0, Red), (7, 7, Red), (7, 8, Green), (8, 7, Blue), (15, 15, Yellow) })
            AssertPixel(colour, image, y, x, tolerance);
    }

    [Fact]
    public void Load_OddWidth_KeepsRowsApart()
    {
        using SKBitmap picture = PictureBytes.Flat(4, 5, Blue);
        PictureBytes.Set(picture, 3, 4, Red);

        AssertPixel(Red, Load(PictureBytes.Bmp(picture), (4, 5)), 3, 4);
        AssertPixel(Red, Load(PictureBytes.Png(picture), (4, 5)), 3, 4);
    }

    [Fact]
    public void Load_Gif_GivesThePixel() => AssertPixel(Red, Load(PictureBytes.Gif(Red), 1), 0, 0);

    [Fact]
    public void Load_GreyJpeg_GivesThreeEqualChannels() => AssertPixel(new SKColor(77, 77, 77), Load(PictureBytes.GreyJpeg(77), 4), 2, 2);

    [Theory]
    [InlineData(255, 255, 255, 255, 255, 255, 255)] // no ink
    [InlineData(200, 100, 50, 255, 200, 100, 50)]
    [InlineData(255, 255, 255, 102, 102, 102, 102)]
    [InlineData(200, 100, 50, 102, 80, 40, 20)] // paper through the ink through black
    public void Load_CmykJpeg_GivesWhatIsPrinted(byte cyan, byte magenta, byte yellow, byte black, byte red, byte green, byte blue) =>
        AssertPixel(new SKColor(red, green, blue), Load(PictureBytes.CmykJpeg(cyan, magenta, yellow, black), 8), 3, 3, tolerance: 1);

    [Fact]
    public void Load_SixteenBits_AreBroughtToEight()
    {
        NDArray image = Load(PictureBytes.Png16(0, 0x8080, 0xFFFF), (1, 3));

        Assert.Equal([0, 0, 0, 128, 128, 128, 255, 255, 255], image.ToArray<byte>());
    }

    [Theory]
    [InlineData(255, 200, 30, 40)]
    [InlineData(0, 255, 255, 255)]
    [InlineData(51, 244, 210, 212)] // a fifth of the colour, four fifths of white
    public void Load_Transparency_IsOverWhite(byte alpha, byte red, byte green, byte blue)
    {
        using SKBitmap picture = PictureBytes.Flat(3, 3, Red.WithAlpha(alpha));

        AssertPixel(new SKColor(red, green, blue), Load(PictureBytes.Png(picture), 3), 1, 1, tolerance: 1);
        AssertPixel(new SKColor(red, green, blue), Load(PictureBytes.Webp(picture), 2), 1, 1, tolerance: 1);
    }

    [Fact]
    public void Load_AnimatedWebp_GivesTheFirstFrame()
    {
        using SKBitmap first = PictureBytes.Flat(6, 4, Green);
        using SKBitmap second = PictureBytes.Flat(6, 4, Red);

        AssertPixel(Green, Load(PictureBytes.AnimatedWebp(first, second), (6, 4)), 5, 3);
    }

    // What the first, second, third and fourth quarter of the stored picture (0 1 / 2 3) become when looked at.
    [Theory]
    [InlineData(1, "01 23")]
    [InlineData(2, "10 32")] // seen in a mirror
    [InlineData(3, "32 10")] // upside down
    [InlineData(4, "23 01")] // upside down, in a mirror
    [InlineData(5, "02 13")] // rows become columns
    [InlineData(6, "20 31")] // turned right
    [InlineData(7, "31 20")] // turned right, upside down, in a mirror
    [InlineData(8, "13 02")] // turned left
    public void Load_Orientation_TurnsThePicture(byte orientation, string quarters)
    {
        SKColor[] colours = [Red, Green, Blue, Yellow];
        using SKBitmap picture = PictureBytes.Quarters(8, colours);
        foreach (bool bigEndian in new[] { false, true })
        {
            byte[] file = PictureBytes.WithOrientation(PictureBytes.Jpeg(picture), orientation, bigEndian);

            // Of its own size, smaller and larger, and no square.
            foreach ((int height, int width) in new[] { (16, 16), (4, 6), (6, 4), (24, 20) })
            {
                NDArray image = Load(file, (height, width));
                AssertPixel(colours[quarters[0] - '0'], image, 0, 0, tolerance: 2);
                AssertPixel(colours[quarters[1] - '0'], image, 0, width - 1, tolerance: 2);
                AssertPixel(colours[quarters[3] - '0'], image, height - 1, 0, tolerance: 2);
                AssertPixel(colours[quarters[4] - '0'], image, height - 1, width - 1, tolerance: 2);
            }
        }
    }

    [Fact]
    public void Load_Smaller_IsTheMeanOfTheAreas()
    {
        using SKBitmap picture = PictureBytes.Flat(2, 3, SKColors.White);
        byte[] greys = [10, 40, 100, 30, 80, 220];
        for (int i = 0; i < greys.Length; i++)
            PictureBytes.Set(picture, i / 3, i % 3, new SKColor(greys[i], greys[i], greys[i]));

        // Two columns out of three: the middle one counts half on either side, (10 + 30 + 20 + 40) / 3 and (20 + 40 + 100 + 220) / 3.
        NDArray image = Load(PictureBytes.Png(picture), (1, 2));

        Assert.Equal([33, 33, 33, 127, 127, 127], image.ToArray<byte>());
    }

    [Fact]
    public void Load_WrongEnding_GoesByTheContent()
    {
        using SKBitmap picture = PictureBytes.Flat(2, 2, Blue);
        string path = Write("a.jpg", PictureBytes.Png(picture));

        AssertPixel(Blue, ImageFile.Load(path, 2), 1, 1);
    }

    [Fact]
    public void Load_PathWithSpacesAndUmlauts_IsFound()
    {
        using SKBitmap picture = PictureBytes.Flat(2, 2, Blue);
        Directory.CreateDirectory(_folder.File("Größe mit Übermaß"));
        string path = Write("Größe mit Übermaß/schönes 图 Bild.png", PictureBytes.Png(picture));

        AssertPixel(Blue, ImageFile.Load(path, 2), 0, 0);
    }

    [Fact]
    public void Load_LargeJpeg_IsDecodedSmallerAndLooksTheSame()
    {
        using SKBitmap picture = PictureBytes.Quarters(2060, Red, Green, Blue, Yellow);
        string path = Write("large.jpg", PictureBytes.Jpeg(picture));
        using var file = PictureFile.Open(path);
        using SKBitmap decoded = file.Decode(atLeast: 32);

        Assert.InRange(decoded.Width, 32, 4096);
        NDArray image = ImageFile.Load(path, 32);
        foreach ((int y, int x, SKColor colour) in new[] { (0, 0, Red), (15, 15, Red), (15, 16, Green), (16, 15, Blue), (31, 31, Yellow) })
            AssertPixel(colour, image, y, x, tolerance: 2);
    }

    [Fact]
    public void Load_Empty_NamesTheFile() => AssertRefused([], "is empty");

    [Fact]
    public void Load_NoPicture_NamesTheFile() => AssertRefused("This is no picture at all, whatever its name says."u8.ToArray(), "is none of them");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Load_CutOff_NamesTheFile(string kind)
    {
        using SKBitmap picture = PictureBytes.Quarters(32, Red, Green, Blue, Yellow);
        for (int i = 0; i < 64; i++)
            PictureBytes.Set(picture, i, (i * 37) % 64, SKColors.Black);
        byte[] whole = Encode(picture, kind);

        AssertRefused(whole[..(whole.Length / 2)], "");
    }

    [Fact]
    public void Load_DamagedPng_NamesTheFile()
    {
        using SKBitmap picture = PictureBytes.Quarters(32, Red, Green, Blue, Yellow);
        byte[] file = PictureBytes.Png(picture);
        int data = file.AsSpan().IndexOf("IDAT"u8) + 4;
        file.AsSpan(data, (file.Length - data) / 2).Reverse();

        AssertRefused(file, "");
    }

    [Fact]
    public void Load_HeaderOfBillionsOfPixels_IsRefusedBeforeMemoryIsTaken()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        AssertRefused(PictureBytes.PngHeader(60_000, 60_000), "has 60000 x 60000. Make it smaller first, or raise ImageFile.MaxPixels.");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData("none.png", "an existing file, but {0} was not found")]
    [InlineData("none/none.png", "an existing file, but {0} was not found")]
    [InlineData("", "a file, but {0} is a folder")]
    public void Load_NoFile_NamesThePath(string name, string rule)
    {
        string path = _folder.File(name);

        var error = Assert.Throws<FileNotFoundException>(() => ImageFile.Load(path, 8));

        Assert.StartsWith($"ImageFile: path must be {string.Format(CultureInfo.InvariantCulture, rule, path)}", error.Message);
    }

    [Fact]
    public void Load_NoPath_Throws() => Assert.Throws<ArgumentException>(() => ImageFile.Load(" ", 8));

    [Theory]
    [InlineData(0, 8)]
    [InlineData(8, -1)]
    [InlineData(8193, 8)]
    public void Load_SizeOutOfRange_NamesIt(int height, int width)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ImageFile.Load("any.png", (height, width)));

        Assert.Contains($"ImageFile: size must be from 1 to 8192 pixels a side, but was ({height}, {width})", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_AnImage_ComesBackAsItWas()
    {
        NDArray image = (np.arange(5 * 7 * 3) * 2).astype(typeof(byte)).reshape(5, 7, 3);
        string path = _folder.File("a.png");
        ImageFile.Save(path, image);

        Assert.Equal(image.ToArray<byte>(), ImageFile.Load(path, (5, 7)).ToArray<byte>());
    }

    [Fact]
    public void Save_OneOfADataset_IsThatOne()
    {
        ImageDataset images = SyntheticImages.Create(train: 3, test: 1).Train;
        string path = _folder.File("a.png");
        ImageFile.Save(path, images.Images[1]);

        Assert.Equal(images.Images[1].ToArray<byte>(), ImageFile.Load(path, 32).ToArray<byte>());
    }

    [Fact]
    public void Save_NoImage_NamesWhatIsWrong()
    {
        NDArray image = np.zeros(new Shape(2, 2, 3), typeof(byte));

        Assert.Contains("must end with .png", Assert.Throws<ArgumentException>(() => ImageFile.Save(_folder.File("a.jpg"), image)).Message, StringComparison.Ordinal);
        Assert.Contains("Single of (2, 2, 3)", Assert.Throws<ArgumentException>(() => ImageFile.Save(_folder.File("a.png"), image.astype(typeof(float)))).Message, StringComparison.Ordinal);
        Assert.Contains("(1, 2, 2, 3)", Assert.Throws<ArgumentException>(() => ImageFile.Save(_folder.File("a.png"), image.reshape(1, 2, 2, 3))).Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => ImageFile.Save(_folder.File("none/a.png"), image));
    }

    private static byte[] Encode(SKBitmap picture, string kind) => kind switch
    {
        "png" => PictureBytes.Png(picture),
        "bmp" => PictureBytes.Bmp(picture),
        "webp" => PictureBytes.Webp(picture),
        _ => PictureBytes.Jpeg(picture),
    };

    private static void AssertPixel(SKColor expected, NDArray image, int y, int x, int tolerance = 0)
    {
        Assert.InRange((int)image.GetByte(y, x, 0), expected.Red - tolerance, expected.Red + tolerance);
        Assert.InRange((int)image.GetByte(y, x, 1), expected.Green - tolerance, expected.Green + tolerance);
        Assert.InRange((int)image.GetByte(y, x, 2), expected.Blue - tolerance, expected.Blue + tolerance);
    }

    private string Write(string name, byte[] content)
    {
        File.WriteAllBytes(_folder.File(name), content);
        return _folder.File(name);
    }

    private NDArray Load(byte[] content, Size2D size) => ImageFile.Load(Write("picture", content), size);

    private void AssertRefused(byte[] content, string fault)
    {
        string path = Write("bad one.png", content);
        var error = Assert.Throws<InvalidDataException>(() => ImageFile.Load(path, 8));

        Assert.Contains($"{path} {fault}", error.Message, StringComparison.Ordinal);
    }
}
