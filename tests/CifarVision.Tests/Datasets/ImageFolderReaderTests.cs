using CifarVision.Datasets;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Datasets;

public sealed class ImageFolderReaderTests : IDisposable
{
    private readonly PictureFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FromFolder_Classes_AreTheFoldersInOrdinalOrder()
    {
        _folder.Add("cat/1.png", 1);
        _folder.Add("cat/2.png", 1);
        _folder.Add("Zebra/1.png", 0);
        _folder.Add("äffchen/1.png", 2);
        ImageFolder data = ImageDataset.FromFolder(_folder.Path, (4, 6));

        Assert.Equal(["Zebra", "cat", "äffchen"], data.ClassNames);
        Assert.Equal((4, 6, 3), data.Train.ImageShape);
        Assert.Equal(3, data.Train.ClassCount);
        Assert.Null(data.Validation);
        Assert.Equal([0, 1, 1, 2], data.Train.Labels.ToArray<int>().Order());
        AssertLabelsFit(data.Train);
    }

    [Fact]
    public void FromFolder_HiddenFilesAndOtherKinds_ArePassedOver()
    {
        _folder.Add("a/1.png", 0);
        _folder.Add("a/deeper/still/2.PNG", 0);
        _folder.Add("a/.hidden.png", 9);
        _folder.Add(".cache/1.png", 9);
        _folder.Add("a/.thumbnails/1.png", 9);
        _folder.Write("a/notes.txt", [1]);
        _folder.Write("a/Thumbs.db", [1]);
        _folder.Write("a/png", [1]);
        _folder.Add("beside.png", 9);
        _folder.Add("b/1.png", 1);
        ImageFolder data = ImageDataset.FromFolder(_folder.Path, 2);

        Assert.Equal(["a", "b"], data.ClassNames);
        Assert.Equal([0, 0, 1], data.Train.Labels.ToArray<int>().Order());
        AssertLabelsFit(data.Train);
    }

    [Fact]
    public void FromFolder_FolderWithoutPictures_IsAClass()
    {
        _folder.Add("a/1.png", 0);
        _folder.Add("c/1.png", 2);
        Directory.CreateDirectory(_folder.File("b"));
        ImageFolder data = ImageDataset.FromFolder(_folder.Path, 2);

        Assert.Equal(["a", "b", "c"], data.ClassNames);
        Assert.Equal(3, data.Train.ClassCount);
        AssertLabelsFit(data.Train);
    }

    [Fact]
    public void FromFolder_ValidationSplit_SetsAShareAside()
    {
        _folder.AddMany(classes: 4, each: 25);
        ImageFolder data = ImageDataset.FromFolder(_folder.Path, 1, validationSplit: 0.2);
        ImageDataset validation = data.Validation!;

        Assert.Equal((80, 20), (data.Train.Count, validation.Count));
        AssertLabelsFit(data.Train);
        AssertLabelsFit(validation);

        // Each picture once, and of each class some on either side.
        Assert.Equal(Enumerable.Range(0, 100), Numbers(data.Train).Concat(Numbers(validation)).Order());
        Assert.Equal([0, 1, 2, 3], validation.Labels.ToArray<int>().Distinct().Order());
    }

    [Fact]
    public void FromFolder_Seed_SaysTheOrder()
    {
        _folder.AddMany(classes: 2, each: 20);
        int[] Order(long seed) => Numbers(ImageDataset.FromFolder(_folder.Path, 1, validationSplit: 0.25, seed: seed).Train);

        Assert.Equal(Order(5), Order(5));
        Assert.NotEqual(Order(5), Order(6));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(0.9)]
    [InlineData(double.NaN)]
    public void FromFolder_SplitThatEmptiesAPart_NamesIt(double split)
    {
        _folder.AddMany(classes: 2, each: 2);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ImageDataset.FromFolder(_folder.Path, 1, validationSplit: split));

        Assert.Contains("ImageDataset: validationSplit must leave at least one of the 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_LinksInCircles_AreNotFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        _folder.Add("a/1.png", 0);
        Directory.CreateSymbolicLink(_folder.File("a/all"), _folder.Path);
        Directory.CreateSymbolicLink(_folder.File("a/self"), _folder.File("a/self"));

        Assert.Equal(1, ImageDataset.FromFolder(_folder.Path, 1).Train.Count);
    }

    [Fact]
    public void FromFolder_ClassThatIsALink_IsFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        using var elsewhere = new TemporaryFolder();
        _folder.Add("a/1.png", 0);
        Directory.CreateSymbolicLink(_folder.File("b"), elsewhere.Path);
        ImageFile.Save(elsewhere.File("1.png"), PictureFolder.Picture(1, 0));
        File.CreateSymbolicLink(_folder.File("b/2.png"), elsewhere.File("1.png"));
        ImageFolder data = ImageDataset.FromFolder(_folder.Path, 1);

        Assert.Equal([0, 1, 1], data.Train.Labels.ToArray<int>().Order());
        AssertLabelsFit(data.Train);
    }

    [Fact]
    public void FromFolder_DamagedPictures_AreAllNamed()
    {
        _folder.AddMany(classes: 2, each: 8);
        _folder.Write("0/bad.png", []);
        _folder.Write("1/worse.jpg", [1, 2, 3]);
        var error = Assert.Throws<InvalidDataException>(() => ImageDataset.FromFolder(_folder.Path, 1));

        Assert.Contains("2 of 18 are not", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{_folder.File("0/bad.png")} is empty", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{_folder.File("1/worse.jpg")} is none of them", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_ManyDamagedPictures_NamesAll()
    {
        for (int i = 10; i < 35; i++)
            _folder.Write($"a/{i}.png", []);
        var error = Assert.Throws<InvalidDataException>(() => ImageDataset.FromFolder(_folder.Path, 1));

        Assert.Contains("25 of 25 are not", error.Message, StringComparison.Ordinal);
        Assert.All(Enumerable.Range(10, 25), i => Assert.Contains(FormattableString.Invariant($"{i}.png is empty"), error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void FromFolder_NoPictures_NamesTheFolder()
    {
        _folder.Add("beside.png", 0);
        Directory.CreateDirectory(_folder.File("a"));
        var error = Assert.Throws<InvalidDataException>(() => ImageDataset.FromFolder(_folder.Path, 1));

        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("file.png")]
    public void FromFolder_NoFolder_NamesThePath(string name)
    {
        _folder.Add("file.png", 0);
        var error = Assert.Throws<DirectoryNotFoundException>(() => ImageDataset.FromFolder(_folder.File(name), 1));

        Assert.Contains(_folder.File(name), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_MoreThanMemoryHolds_IsRefusedBeforeAnyIsRead()
    {
        // A terabyte of pixels, if the pictures were any.
        for (int i = 0; i < 5000; i++)
            _folder.Write($"a/{i}.png", []);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ImageDataset.FromFolder(_folder.Path, 8192));

        Assert.Contains("ImageDataset: size must let the 5000 pictures fit into memory, but (8192, 8192) needs 960000 MB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_SizeOutOfRange_NamesIt()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ImageDataset.FromFolder(_folder.Path, 0));

        Assert.Contains("ImageDataset: size must be from 1 to 8192 pixels a side, but was (0, 0)", error.Message, StringComparison.Ordinal);
    }

    private static void AssertLabelsFit(ImageDataset data)
    {
        for (int i = 0; i < data.Count; i++)
            Assert.Equal(data.Labels.GetInt32(i, 0) * 40, data.Images.GetByte(i, 0, 0, 0));
    }

    private static int[] Numbers(ImageDataset data) => [.. Enumerable.Range(0, data.Count).Select(i => (int)data.Images.GetByte(i, 0, 0, 1))];
}
