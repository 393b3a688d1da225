using CifarVision.Datasets;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Datasets;

public sealed class PictureSearchTests : IDisposable
{
    private readonly PictureFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Classes_PlainFolder_ReportsNothing()
    {
        _folder.AddMany(classes: 2, each: 2);

        Assert.Equal("", Report());
    }

    [Fact]
    public void Classes_FolderOfAMacsArchive_IsLeftOutAndReported()
    {
        _folder.Add("cats/1.png", 0);
        _folder.Add("dogs/1.png", 1);
        _folder.Write("__MACOSX/cats/._1.png", [0, 5, 22, 7]);
        _folder.Write("cats/__MACOSX/2.png", [0, 5, 22, 7]);
        ImageFolder? data = null;
        string printed = ConsoleError.Capture(() => data = ImageDataset.FromFolder(_folder.Path, 2));

        Assert.Equal(["cats", "dogs"], data!.ClassNames);
        Assert.Equal(2, data.Train.Count);
        Assert.Contains("the folder __MACOSX in", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_OtherEndings_AreCounted()
    {
        _folder.Add("a/1.png", 0);
        _folder.Write("a/2.tif", [1]);
        _folder.Write("b/1.TIF", [1]);
        _folder.Write("b/2.jfif", [1]);
        string printed = Report();

        Assert.Contains("were left out: 1 .jfif, 2 .tif.", printed, StringComparison.Ordinal);
        Assert.Contains("each class should have pictures, but there are none of b in", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_OnlyOtherEndings_AreNamedInTheError()
    {
        _folder.Write("a/1.tif", [1]);
        _folder.Write("b/1.tif", [1]);
        var error = Assert.Throws<InvalidDataException>(() => ImageDataset.FromFolder(_folder.Path, 2));

        Assert.EndsWith("Files with other endings were left out: 2 .tif. Convert or rename them.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_OneLevelTooHigh_NamesTheFolderToGive()
    {
        _folder.Add("animals/ant/1.png", 0);
        _folder.Add("animals/bee/1.png", 1);
        var error = Assert.Throws<InvalidDataException>(() => ImageDataset.FromFolder(_folder.Path, 2));

        Assert.Contains("has only the folder animals, with pictures in its folders ant, bee.", error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"Give {_folder.File("animals")}.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_TrainAndTest_AreReported()
    {
        foreach (string part in new[] { "test", "train" })
        {
            _folder.Add($"{part}/ant/1.png", 0);
            _folder.Add($"{part}/bee/1.png", 1);
        }

        Assert.Contains("the classes in " + _folder.Path + " are test, train, but each has the same folders of pictures: ant, bee.", Report(), StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_DeeperFoldersOfTheirOwn_AreNoMistake()
    {
        _folder.Add("ant/red/1.png", 0);
        _folder.Add("bee/brown/1.png", 1);

        Assert.Equal("", Report());
    }

    private string Report() => ConsoleError.Capture(() => ImageDataset.FromFolder(_folder.Path, 2));
}
