using System.Globalization;
using CifarVision.Serialization;

namespace CifarVision.Tests.Serialization;

public sealed class AtomicFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_SeveralWritersAtOnce_AllSucceed()
    {
        string path = Path.Combine(_folder.FullName, "file");

        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => AtomicFile.Write(path, stream => stream.Write([(byte)i, (byte)i])));

        byte[] content = File.ReadAllBytes(path);
        Assert.Equal(2, content.Length);
        Assert.Equal(content[0], content[1]);
        Assert.Single(_folder.GetFiles());
    }

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
    public void Write_Returns_WhenTheContentIsOnTheDisk()
    {
        const int length = 1 << 20;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux counts what was never written to the disk.");
        string path = Path.Combine(_folder.FullName, "a.bin");
        // Not File.WriteAllBytes: ext4 writes a file that was truncated when it is closed.
        using (var file = new FileStream(path, FileMode.CreateNew))
            file.Write(new byte[length]);
        Assert.SkipUnless(BytesNeverWritten(() => File.Delete(path)) >= length, "The temporary folder is not on a disk, or the disk was too quick.");

        AtomicFile.Write(path, stream => stream.Write(new byte[length]));

        Assert.Equal(0, BytesNeverWritten(() => File.Delete(path)));
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
        Assert.Equal($"AtomicFile: the folder of 'a.txt' must exist, but '{folder}' does not. Create it first.", error.Message);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)]
    public void Write_ExistingFile_KeepsItsPermissions(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such permissions.");
            return;
        }

        string path = Path.Combine(_folder.FullName, "a.txt");
        File.WriteAllText(path, "old");
        File.SetUnixFileMode(path, mode);

        AtomicFile.Write(path, stream => stream.Write("new"u8));

        Assert.Equal(mode, File.GetUnixFileMode(path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_SymbolicLink_ReplacesItsTarget(bool exists)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows creating links needs a privilege.");
        string target = Path.Combine(_folder.CreateSubdirectory("elsewhere").FullName, "target.txt");
        string path = Path.Combine(_folder.FullName, "a.txt");
        if (exists)
            File.WriteAllText(target, "old");
        File.CreateSymbolicLink(path, target);

        AtomicFile.Write(path, stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(target));
        Assert.Equal(target, new FileInfo(path).LinkTarget);
        Assert.Single(_folder.GetFiles());
    }

    [Theory]
    [InlineData(230, 'a')]
    [InlineData(251, 'a')]
    [InlineData(80, '\u8cea')]
    public void Write_LongName_IsWritten(int length, char letter)
    {
        string path = Path.Combine(_folder.FullName, new string(letter, length) + ".txt");

        AtomicFile.Write(path, stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void Write_LeftoverOfAKilledProcess_IsRemoved()
    {
        string path = Path.Combine(_folder.FullName, "a.txt");
        string leftover = Path.Combine(_folder.FullName, ".a.txt.0123456789abcdef.tmp");
        File.WriteAllText(leftover, "half");

        AtomicFile.Write(path, stream => stream.Write("new"u8));

        Assert.Equal([path], _folder.GetFiles().Select(file => file.FullName));
    }

    [Fact]
    public void Write_WhileAnotherWritesTheSameFile_LeavesItsTemporaryFileAlone()
    {
        string path = Path.Combine(_folder.FullName, "a.txt");

        AtomicFile.Write(path, outer =>
        {
            outer.Write("outer"u8);
            AtomicFile.Write(path, inner => inner.Write("inner"u8));
            Assert.Equal("inner", File.ReadAllText(path));
        });

        Assert.Equal("outer", File.ReadAllText(path));
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void Write_PathOfAFolder_NamesIt()
    {
        string path = _folder.CreateSubdirectory("b").FullName;

        Exception? error = Record.Exception(() => AtomicFile.Write(path, stream => stream.Write("new"u8)));

        Assert.True(error is IOException or UnauthorizedAccessException, error?.ToString());
        Assert.Contains($"'{path}' could not be written: ", error!.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.GetFiles());
    }

    // Of files that are deleted, the bytes that only the memory of the system held.
    private static long BytesNeverWritten(Action delete)
    {
        long before = Read();
        delete();
        return Read() - before;

        static long Read() => long.Parse(File.ReadLines("/proc/self/io").First(line => line.StartsWith("cancelled_write_bytes", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
