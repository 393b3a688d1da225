using CifarVision.Datasets;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Datasets;

public sealed class ImageFolderReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FromFolder_Classes_AreTheFoldersInOrdinalOrder()
    {
        Add("cat/1.png", 1);
        Add("cat/2.png", 1);
        Add("Zebra/1.png", 0);
        Add("äffchen/1.png", 2);
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
        Add("a/1.png", 0);
        Add("a/deeper/still/2.PNG", 0);
        Add("a/.hidden.png", 9);
        Add(".cache/1.png", 9);
        Add("a/.thumbnails/1.png", 9);
        Write("a/notes.txt", [1]);
        Write("a/Thumbs.db", [1]);
        Write("a/png", [1]);
        Add("beside.png", 9);
        Add("b/1.png", 1);
        ImageFolder data = ImageDataset.FromFolder(_folder.Path, 2);

        Assert.Equal(["a", "b"], data.ClassNames);
        Assert.Equal([0, 0, 1], data.Train.Labels.ToArray<int>().Order());
        AssertLabelsFit(data.Train);
    }

    [Fact]
    public void FromFolder_FolderWithoutPictures_IsAClass()
    {
        Add("a/1.png", 0);
        Add("c/1.png", 2);
        Directory.CreateDirectory(_folder.File("b"));
        ImageFolder data = ImageDataset.FromFolder(_folder.Path, 2);

        Assert.Equal(["a", "b", "c"], data.ClassNames);
        Assert.Equal(3, data.Train.ClassCount);
        AssertLabelsFit(data.Train);
    }

    [Fact]
    public void FromFolder_ValidationSplit_SetsAShareAside()
    {
        AddMany(classes: 4, each: 25);
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
        AddMany(classes: 2, each: 20);
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
        AddMany(classes: 2, each: 2);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ImageDataset.FromFolder(_folder.Path, 1, validationSplit: split));

        Assert.Contains("ImageDataset: validationSplit must leave at least one of the 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_LinksInCircles_AreNotFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        Add("a/1.png", 0);
        Directory.CreateSymbolicLink(_folder.File("a/all"), _folder.Path);
        Directory.CreateSymbolicLink(_folder.File("a/self"), _folder.File("a/self"));

        Assert.Equal(1, ImageDataset.FromFolder(_folder.Path, 1).Train.Count);
    }

    [Fact]
    public void FromFolder_ClassThatIsALink_IsFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        using var elsewhere = new TemporaryFolder();
        Add("a/1.png", 0);
        Directory.CreateSymbolicLink(_folder.File("b"), elsewhere.Path);
        ImageFile.Save(elsewhere.File("1.png"), Picture(1, 0));
        File.CreateSymbolicLink(_folder.File("b/2.png"), elsewhere.File("1.png"));
        ImageFolder data = ImageDataset.FromFolder(_folder.Path, 1);

        Assert.Equal([0, 1, 1], data.Train.Labels.ToArray<int>().Order());
        AssertLabelsFit(data.Train);
    }

    [Fact]
    public void FromFolder_DamagedPictures_AreAllNamed()
    {
        AddMany(classes: 2, each: 8);
        Write("0/bad.png", []);
        Write("1/worse.jpg", [1, 2, 3]);
        var error = Assert.Throws<InvalidDataException>(() => ImageDataset.FromFolder(_folder.Path, 1));

        Assert.Contains("2 of 18 are not", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{_folder.File("0/bad.png")} is empty", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{_folder.File("1/worse.jpg")} is none of them", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_ManyDamagedPictures_NamesTheFirstTenAndCountsTheOthers()
    {
        for (int i = 10; i < 35; i++)
            Write($"a/{i}.png", []);
        var error = Assert.Throws<InvalidDataException>(() => ImageDataset.FromFolder(_folder.Path, 1));

        Assert.Contains("25 of 25 are not", error.Message, StringComparison.Ordinal);
        Assert.Contains("19.png", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("20.png", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("and 15 more", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_NoPictures_NamesTheFolder()
    {
        Add("beside.png", 0);
        Directory.CreateDirectory(_folder.File("a"));
        var error = Assert.Throws<InvalidDataException>(() => ImageDataset.FromFolder(_folder.Path, 1));

        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("file.png")]
    public void FromFolder_NoFolder_NamesThePath(string name)
    {
        Add("file.png", 0);
        var error = Assert.Throws<DirectoryNotFoundException>(() => ImageDataset.FromFolder(_folder.File(name), 1));

        Assert.Contains(_folder.File(name), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_MoreThanMemoryHolds_IsRefusedBeforeAnyIsRead()
    {
        // A terabyte of pixels, if the pictures were any.
        for (int i = 0; i < 5000; i++)
            Write($"a/{i}.png", []);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ImageDataset.FromFolder(_folder.Path, 8192));

        Assert.Contains("ImageDataset: size must let the 5000 pictures fit into memory, but (8192, 8192) needs 960000 MB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_SizeOutOfRange_NamesIt()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ImageDataset.FromFolder(_folder.Path, 0));

        Assert.Contains("ImageDataset: size must be from 1 to 8192 pixels a side, but was (0, 0)", error.Message, StringComparison.Ordinal);
    }

    // Red says the class and green the number, so that a picture under another's label shows.
    private static NDArray Picture(int label, int number)
    {
        byte[] pixel = [(byte)(label * 40), (byte)number, 0];
        return np.array(Enumerable.Repeat(pixel, 9).SelectMany(values => values).ToArray()).reshape(3, 3, 3);
    }

    private static void AssertLabelsFit(ImageDataset data)
    {
        for (int i = 0; i < data.Count; i++)
            Assert.Equal(data.Labels.GetInt32(i, 0) * 40, data.Images.GetByte(i, 0, 0, 0));
    }

    private static int[] Numbers(ImageDataset data) => [.. Enumerable.Range(0, data.Count).Select(i => (int)data.Images.GetByte(i, 0, 0, 1))];

    private void AddMany(int classes, int each)
    {
        for (int i = 0; i < classes * each; i++)
            Add(FormattableString.Invariant($"{i / each}/{i}.png"), i / each, i);
    }

    private void Add(string name, int label, int number = 0)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);

        // Saved under the lower-case ending that Save asks for, then named as wanted.
        string saved = _folder.File("saving.png");
        ImageFile.Save(saved, Picture(label, number));
        File.Move(saved, _folder.File(name));
    }

    private void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        File.WriteAllBytes(_folder.File(name), content);
    }
}
