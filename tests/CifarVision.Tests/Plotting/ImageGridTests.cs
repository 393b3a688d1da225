using CifarVision.Datasets;
using CifarVision.Plotting;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Plotting;

public sealed class ImageGridTests : IDisposable
{
    private static readonly string[] Names = ["cat", "dog", "ship"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tiles_LabelsAndProbabilities_TellWhatWasWrong()
    {
        NDArray predictions = np.array(new float[,] { { 0.75f, 0.25f, 0 }, { 0.1f, 0, 0.9f } });
        Tile[] tiles = ImageGrid.Tiles(Images(2), np.array(new[] { 0, 1 }), predictions, Names);
        Assert.Equal([["cat", "✓ 75 %"], ["dog", "✗ 90 % ship"]], tiles.Select(tile => tile.Caption));
        Assert.Equal([false, true], tiles.Select(tile => tile.IsMarked));
    }

    [Fact]
    public void Tiles_ClassesOrLogits_HaveNoProbability()
    {
        NDArray images = Images(1);
        NDArray truth = np.array(new[] { 2 }).reshape(1, 1);
        Assert.Equal(["ship", "✓"], ImageGrid.Tiles(images, truth, np.array(new[] { 2L }), Names)[0].Caption);
        Assert.Equal(["ship", "✗ dog"], ImageGrid.Tiles(images, truth, np.array(new float[,] { { -3, 12, 4 } }), Names)[0].Caption);
        Assert.Equal(["ship"], ImageGrid.Tiles(images, np.array(new float[,] { { 0, 0, 1 } }), null, Names)[0].Caption);
        Assert.Equal(["75 % 1"], ImageGrid.Tiles(images, null, np.array(new float[,] { { 0.25f, 0.75f } }), null)[0].Caption);
        Assert.Empty(ImageGrid.Tiles(images, null, null, null)[0].Caption);
    }

    [Fact]
    public void Tiles_OneUnit_TellsTwoClasses()
    {
        NDArray predictions = np.array(new[] { 0.75f, 0.1f }).reshape(2, 1);
        Tile[] tiles = ImageGrid.Tiles(Images(2), np.array(new[] { 1, 1 }), predictions, Names);
        Assert.Equal([["dog", "✓ 75 %"], ["dog", "✗ 90 % cat"]], tiles.Select(tile => tile.Caption));
    }

    [Fact]
    public void Tiles_BytesFloatsAndGrey_AreTheSamePixels()
    {
        byte[] grey = [0, 51, 255, 102];
        byte[] expected = [0, 0, 0, 255, 51, 51, 51, 255, 255, 255, 255, 255, 102, 102, 102, 255];
        NDArray bytes = np.array(grey).reshape(1, 2, 2, 1);
        Assert.Equal(expected, ImageGrid.Tiles(bytes, null, null, null)[0].Pixels);
        Assert.Equal(expected, ImageGrid.Tiles(bytes.astype(np.float32) / 255f, null, null, null)[0].Pixels);
        Assert.Equal(expected, ImageGrid.Tiles(np.repeat(bytes, 3, axis: 3).astype(np.float64) / 255.0, null, null, null)[0].Pixels);
    }

    [Fact]
    public void Save_Dataset_DrawsItsPixelsEnlarged()
    {
        ImageDataset data = new(np.array(new byte[] { 255, 0, 0, 0, 0, 255 }).reshape(1, 1, 2, 3), np.array(new[] { 1 }), 3);
        ImageGrid.Save(_folder.File("g.png"), data, np.array(new[] { 0 }), Names);
        using SkiaSharp.SKBitmap picture = SkiaSharp.SKBitmap.Decode(_folder.File("g.png"));
        Assert.Equal((SkiaSharp.SKColors.Red, SkiaSharp.SKColors.Blue), (picture.GetPixel(12 + 47, 30), picture.GetPixel(12 + 48, 30)));

        // The frame around the wrong one.
        Assert.Equal(new SkiaSharp.SKColor(0xD5, 0x5E, 0x00), picture.GetPixel(10, 30));
    }

    [Theory]
    [InlineData(7, null, 1, 328)]
    [InlineData(7, 7, 2, 1488)]
    public void Save_Columns_MakeTheSize(int count, int? columns, double scale, int width)
    {
        ImageGrid.Save(_folder.File("g.png"), Images(count), columns: columns, scale: scale);
        Assert.Equal(width, Picture.PngSize(_folder.File("g.png")).Width);
    }

    [Fact]
    public void Save_Svg_HoldsImagesWhereTheyAreUsed()
    {
        ImageGrid.Save(_folder.File("g.svg"), Images(2), np.array(new[] { 0, 1 }), np.array(new[] { 0, 2 }), Names);
        var root = System.Xml.Linq.XDocument.Load(_folder.File("g.svg")).Root!;
        Assert.Equal(2, root.Descendants(root.Name.Namespace + "image").Count(image => image.Attribute("transform") is not null && image.Attribute("id") is null));
        Assert.Empty(root.Descendants(root.Name.Namespace + "use"));
        Assert.Equal(["cat", "✓", "dog", "✗ ship"], Picture.Texts(_folder.File("g.svg")));
    }

    [Fact]
    public void Save_LargeImages_AreMadeSmaller()
    {
        ImageGrid.Save(_folder.File("g.png"), np.zeros(new Shape(1, 600, 1000, 3), typeof(byte)));
        Assert.Equal((280, 178), Picture.PngSize(_folder.File("g.png")));
    }

    [Fact]
    public void Save_WrongShapesAndTypes_AreErrors()
    {
        Refused("images must be at least one image of shape (N, height, width, 1 or 3), but was (2, 6, 6, 2).", np.zeros(new Shape(2, 6, 6, 2), typeof(byte)));
        Refused("images must be of type uint8, float32 or float64, but was Int32. Convert them with astype.", np.zeros(new Shape(2, 6, 6, 3), typeof(int)));
        Refused("images of floats must be from 0 to 1, but was 255. Undo their normalization, or pass uint8.", np.zeros(new Shape(2, 6, 6, 3), typeof(float)) + 255f);
        Refused("labels must be 2 integers, or (2, classes), but was Int32 of shape (3,).", Images(2), np.array(new[] { 1, 2, 3 }));
        Refused("labels must be 2 integers, or (2, classes), but was Single of shape (2,).", Images(2), np.array(new[] { 0f, 1f }));
        Refused("predictions of one unit must be probabilities from 0 to 1, but was 2. Give the model a sigmoid, or apply it.", Images(2), predictions: np.array(new[] { 1f, 2f }));
        Refused("classNames must have a name for class 3, but were 3, from 0.", Images(1), np.array(new[] { 3 }));
    }

    [Fact]
    public void Save_TooManyOrNoColumns_AreErrors()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ImageGrid.Save(_folder.File("g.png"), Images(1), columns: 0));
        Assert.StartsWith("ImageGrid: columns must be at least 1, but was 0.", error.Message, StringComparison.Ordinal);
        var large = Assert.Throws<ArgumentException>(() => ImageGrid.Save(_folder.File("g.png"), Images(100), columns: 100));
        Assert.StartsWith("ImageGrid: the picture must be at most 10000 pixels wide and high, but would be 10416 x 120. Show less in one, or pass a smaller scale.", large.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(10.5)]
    [InlineData(double.NaN)]
    public void Save_ScaleOutOfRange_IsAnError(double scale)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ImageGrid.Save(_folder.File("g.png"), Images(1), scale: scale));
        Assert.StartsWith(FormattableString.Invariant($"ImageGrid: scale must be 0.25 to 10, but was {scale}."), error.Message, StringComparison.Ordinal);
    }

    private static NDArray Images(int count) => np.zeros(new Shape(count, 32, 32, 3), typeof(byte));

    private void Refused(string message, NDArray images, NDArray? labels = null, NDArray? predictions = null)
    {
        var error = Assert.Throws<ArgumentException>(() => ImageGrid.Save(_folder.File("g.png"), images, labels, predictions, Names));
        Assert.StartsWith($"ImageGrid: {message}", error.Message, StringComparison.Ordinal);
    }
}
