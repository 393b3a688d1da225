using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Datasets;

public sealed class ImageFolderArgumentsTests : IDisposable
{
    private readonly PictureFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FromFolder_Grayscale_HasOneChannel(bool cache)
    {
        _folder.AddMany(classes: 2, each: 3);
        ImageDataset data = ImageDataset.FromFolder(_folder.Path, 2, cache: cache, colorMode: ColorMode.Grayscale, shuffle: false).Train;

        Assert.Equal((2, 2, 1), data.ImageShape);
        float[] grey = Inputs(data);
        for (int i = 0; i < data.Count; i++)
        {
            double expected = Math.Round((0.299 * (i / 3 * 40)) + (0.587 * i)) / 255;
            Assert.Equal((float)expected, grey[i * 4]);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FromFolder_Unscaled_GivesModelsTheBytes(bool cache)
    {
        _folder.AddMany(classes: 2, each: 3);
        ImageDataset scaled = ImageDataset.FromFolder(_folder.Path, 1, cache: cache).Train;
        ImageDataset raw = ImageDataset.FromFolder(_folder.Path, 1, cache: cache, scale: false).Train;

        Assert.Equal(1, raw.Scale);
        Assert.Equal(1, raw.Split(0.5).Validation.Scale);
        Assert.Equal(Inputs(scaled), Array.ConvertAll(Inputs(raw), value => value / 255f));
    }

    [Fact]
    public void FilePaths_EveryPart_BelongToTheRows()
    {
        _folder.AddMany(classes: 2, each: 10);
        ImageFolder data = ImageDataset.FromFolder(_folder.Path, 1, validationSplit: 0.25);
        foreach (ImageDataset part in new[] { data.Train, data.Validation!, data.Train.Take(3) })
        {
            Assert.Equal(part.Count, part.FilePaths.Count);
            for (int i = 0; i < part.Count; i++)
                Assert.Equal(_folder.File(FormattableString.Invariant($"{part.Labels.GetInt32(i, 0)}/{part.Images.GetByte(i, 0, 0, 1)}.png")), part.FilePaths[i]);
        }

        Assert.Empty(new ImageDataset(data.Train.Images, data.Train.Labels).FilePaths);
    }

    [Fact]
    public void FromFolder_WithoutShuffling_OrdersByClassAndName()
    {
        _folder.AddMany(classes: 3, each: 2);
        ImageDataset data = ImageDataset.FromFolder(_folder.Path, 1, shuffle: false).Train;

        Assert.Equal([0, 0, 1, 1, 2, 2], data.Labels.ToArray<int>());
    }

    [Fact]
    public void FromFolder_WithoutLabels_TakesAllPicturesForPredict()
    {
        _folder.Add("1.png", 0, 1);
        _folder.Add("deeper/2.png", 0, 2);
        ImageFolder data = ImageDataset.FromFolder(_folder.Path, (6, 6), labels: false, shuffle: false);
        using var model = new Sequential((6, 6, 3), new Flatten());

        Assert.Empty(data.ClassNames);
        Assert.False(data.Train.HasLabels);
        Assert.Equal(0, data.Train.ClassCount);
        Assert.Equal([_folder.File("1.png"), _folder.File("deeper/2.png")], data.Train.FilePaths);
        Assert.Equal([1 / 255f, 2 / 255f], new[] { 0, 1 }.Select(i => model.Predict(data.Train).GetSingle(i, 1)));
        Assert.Contains("labels: false", Assert.Throws<InvalidOperationException>(() => data.Train.Labels).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("empty")]
    public void FromFolder_WithoutLabelsAndPictures_NamesTheFolder(string name)
    {
        Directory.CreateDirectory(_folder.File("empty"));
        Exception? error = Record.Exception(() => ImageDataset.FromFolder(_folder.File(name), 1, labels: false));

        Assert.IsType(name == "none" ? typeof(DirectoryNotFoundException) : typeof(InvalidDataException), error);
        Assert.Contains(_folder.File(name), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FromFolder_SkipDamaged_LeavesThemOutAndListsThem(bool cache)
    {
        _folder.AddMany(classes: 2, each: 8);
        _folder.Write("0/3.jpg", []);
        _folder.Write("1/3.jpg", [1, 2, 3]);
        ImageFolder? data = null;
        string printed = ConsoleError.Capture(() => data = ImageDataset.FromFolder(_folder.Path, 1, validationSplit: 0.25, cache: cache, skipDamaged: true));

        Assert.Equal([_folder.File("0/3.jpg"), _folder.File("1/3.jpg")], data!.Skipped);
        Assert.Contains("2 of 18 pictures are damaged and were left out:", printed, StringComparison.Ordinal);
        Assert.Equal((12, 4), (data.Train.Count, data.Validation!.Count));
        foreach (ImageDataset part in new[] { data.Train, data.Validation })
        {
            float[] pixels = Inputs(part);
            for (int i = 0; i < part.Count; i++)
            {
                int number = (int)Math.Round(pixels[(i * 3) + 1] * 255);
                Assert.Equal(number / 8, part.Labels.GetInt32(i, 0));
                Assert.EndsWith(FormattableString.Invariant($"/{number}.png"), part.FilePaths[i].Replace('\\', '/'), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void FromFolder_SkipDamaged_AllDamaged_IsAnError()
    {
        _folder.Write("0/3.jpg", []);

        Assert.Contains("1 of 1 are not", Assert.Throws<InvalidDataException>(() => ImageDataset.FromFolder(_folder.Path, 1, skipDamaged: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_BytesAndStream_AreAsTheFile()
    {
        _folder.Add("a/1.png", 2, 7);
        string path = _folder.File("a/1.png");
        byte[] expected = ImageFile.Load(path, 4).ToArray<byte>();
        using var stream = new BufferedStream(File.OpenRead(path));

        Assert.Equal(expected, ImageFile.Load(File.ReadAllBytes(path), 4).ToArray<byte>());
        Assert.Equal(expected, ImageFile.Load(stream, 4).ToArray<byte>());
    }

    [Theory]
    [InlineData(0, "ImageFile: bytes must be a PNG, JPEG, WebP, BMP or GIF file, but the array is empty")]
    [InlineData(3, "but the array is none of them")]
    public void Load_DamagedBytes_AreRefused(int length, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => ImageFile.Load(new byte[length], 4));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_UploadThatIsNoPicture_IsCalledByItsName()
    {
        var error = Assert.Throws<InvalidDataException>(() => ImageFile.Load(new MemoryStream(new byte[3]), 4, name: "notes.txt"));

        Assert.StartsWith("ImageFile: stream must be a PNG, JPEG, WebP, BMP or GIF file, but notes.txt is none of them", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_Grey_LoadsAsItWas()
    {
        NDArray grey = np.array(new byte[] { 0, 50, 100, 255 }).reshape(2, 2, 1);
        ImageFile.Save(_folder.File("grey.png"), grey);

        Assert.Equal([0, 50, 100, 255], ImageFile.Load(_folder.File("grey.png"), 2, ColorMode.Grayscale).ToArray<byte>());
    }

    // What models are given, row by row.
    private static float[] Inputs(ImageDataset data)
    {
        using var model = new Sequential(data.ImageShape, new Flatten());
        return model.Predict(data).ToArray<float>();
    }
}
