using CifarVision.Serialization;

namespace CifarVision.Tests.Serialization;

public sealed class AtomicFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_ExistingFile_ReplacesItAndLeavesNothingElse()
    {
        string path = Path.Combine(_folder.FullName, "a.txt");
        File.WriteAllText(path, "a long old content");

        AtomicFile.Write(path, stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Single(_folder.GetFileSystemInfos());
    }

    [Fact]
    public void Write_FailsHalfway_KeepsTheOldFileAndLeavesNothingElse()
    {
        string path = Path.Combine(_folder.FullName, "a.txt");
        File.WriteAllText(path, "old");

        Assert.Throws<NotSupportedException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            throw new NotSupportedException();
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(_folder.GetFileSystemInfos());
    }

    [Fact]
    public void Write_MissingFolder_NamesTheFolder()
    {
        string folder = Path.Combine(_folder.FullName, "missing");
        var error = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(Path.Combine(folder, "a.txt"), _ => { }));
        Assert.Equal($"The folder '{folder}' for 'a.txt' does not exist. Create it first.", error.Message);
    }
}
