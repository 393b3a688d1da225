using CifarVision.Runtime;
using CifarVision.Serialization;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Serialization;

public sealed class AtomicFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => _folder.File("web");

    private string[] Around => [.. Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName)!];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_NewFolder_MakesIt()
    {
        AtomicFolder.Write($"{Target}{Path.DirectorySeparatorChar}", _ => false, Writes("new.txt"));

        Assert.Equal("new.txt", Path.GetFileName(Assert.Single(Directory.GetFiles(Target))));
        Assert.Equal(["web"], Around);
    }

    [Fact]
    public void Write_OldFolder_IsThereUntilTheNewOneIsWhole()
    {
        AtomicFolder.Write(Target, _ => false, Writes("old.txt"));

        AtomicFolder.Write(Target, name => name == "old.txt", place =>
        {
            Writes("new.txt")(place);
            Assert.True(File.Exists(Path.Combine(Target, "old.txt")));
            Assert.False(File.Exists(Path.Combine(Target, "new.txt")));
        });

        Assert.Equal("new.txt", Path.GetFileName(Assert.Single(Directory.GetFiles(Target))));
        Assert.Equal(["web"], Around);
    }

    [Fact]
    public void Write_FailsHalfway_KeepsTheOldFolderAndLeavesNothingElse()
    {
        AtomicFolder.Write(Target, _ => false, Writes("old.txt"));

        Assert.Throws<NotSupportedException>(() => AtomicFolder.Write(Target, _ => true, place =>
        {
            Writes("half.txt")(place);
            throw new NotSupportedException();
        }));

        Assert.Equal("old.txt", Path.GetFileName(Assert.Single(Directory.GetFiles(Target))));
        Assert.Equal(["web"], Around);
    }

    [Fact]
    public void Write_FolderWithSomethingElse_NamesItAndTouchesNothing()
    {
        Directory.CreateDirectory(Path.Combine(Target, "photos"));

        var error = Assert.Throws<ArgumentException>(() => AtomicFolder.Write(Target, name => name == "old.txt", Writes("new.txt")));

        Assert.Equal($"AtomicFolder: '{Target}' must be empty or contain only files that are replaced, but contains photos. Use another folder. (Parameter 'path')", error.Message);
        Assert.True(Directory.Exists(Path.Combine(Target, "photos")));
        Assert.Equal(["web"], Around);
    }

    [Fact]
    public void Write_File_IsNotReplaced()
    {
        File.WriteAllText(Target, "kept");

        var error = Assert.Throws<ArgumentException>(() => AtomicFolder.Write(Target, _ => true, Writes("new.txt")));

        Assert.Equal($"AtomicFolder: path must be that of a folder, but '{Target}' is a file. Use another name. (Parameter 'path')", error.Message);
        Assert.Equal("kept", File.ReadAllText(Target));
    }

    [Fact]
    public void Write_MissingFolderAround_NamesIt()
    {
        string around = _folder.File("missing");

        var error = Assert.Throws<DirectoryNotFoundException>(() => AtomicFolder.Write(Path.Combine(around, "web"), _ => true, Writes("new.txt")));

        Assert.Equal($"AtomicFolder: the parent of 'web' must exist, but '{around}' does not. Create it first.", error.Message);
    }

    private static Action<string> Writes(string name) => place => File.WriteAllText(Path.Combine(place, name), "");
}
