using System.Runtime.InteropServices;
using CifarVision.Runtime.Natives;

namespace CifarVision.Tests.Runtime.Natives;

public sealed class NativeCopyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void TryLoadFromMemory_Library_Loads()
    {
        Assert.True(NativeCopy.TryLoadFromMemory("libcopy.so", SmallLibrary(), out nint handle));

        Assert.True(NativeLibrary.TryGetExport(handle, "CompressionNative_Crc32", out _));
    }

    [Fact]
    public void TryLoadFromMemory_Garbage_ReturnsFalse()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "memory files are Linux's");

        Assert.False(NativeCopy.TryLoadFromMemory("libcopy.so", [1, 2, 3], out _));
    }

    [Fact]
    public void LoadFromFile_Library_LoadsFromAPrivateFolder()
    {
        byte[] image = SmallLibrary();

        nint handle = NativeCopy.LoadFromFile(_folder.FullName, "libcopy.so", image);

        Assert.True(NativeLibrary.TryGetExport(handle, "CompressionNative_Crc32", out _));
        string file = Assert.Single(Files());
        Assert.Equal(image, File.ReadAllBytes(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Mode(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public void LoadFromFile_FileIsThere_IsNotWrittenAgain()
    {
        byte[] image = SmallLibrary();
        NativeCopy.LoadFromFile(_folder.FullName, "libcopy.so", image);
        DateTime past = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Files().Single(), past);

        NativeCopy.LoadFromFile(_folder.FullName, "libcopy.so", image);

        Assert.Equal(past, File.GetLastWriteTimeUtc(Files().Single()));
    }

    [Fact]
    public void LoadFromFile_FileIsDamaged_IsReplaced()
    {
        byte[] image = SmallLibrary();
        DirectoryInfo other = _folder.CreateSubdirectory("other");
        NativeCopy.LoadFromFile(other.FullName, "libcopy.so", image);
        string name = Path.GetRelativePath(other.FullName, Files().Single());
        DirectoryInfo damaged = _folder.CreateSubdirectory("damaged");
        string path = Path.Combine(damaged.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, image[..^1]);

        NativeCopy.LoadFromFile(damaged.FullName, "libcopy.so", image);

        Assert.Equal(image, File.ReadAllBytes(path));
    }

    [Fact]
    public void LoadFromFile_SeveralAtOnce_AllLoad()
    {
        byte[] image = SmallLibrary();

        Parallel.For(0, 8, _ => NativeCopy.LoadFromFile(_folder.FullName, "libcopy.so", image));

        Assert.Single(Files());
    }

    [Fact]
    public void LoadFromFile_FolderCannotBeWritten_SaysSo()
    {
        string file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");

        var error = Assert.Throws<DllNotFoundException>(() => NativeCopy.LoadFromFile(file, "libcopy.so", [1, 2, 3]));

        Assert.StartsWith("no copy of libcopy.so could be written: ", error.Message);
    }

    private string[] Files() => Directory.GetFiles(_folder.FullName, "*", SearchOption.AllDirectories);

    private static UnixFileMode Mode(string folder) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(folder);

    // A library of .NET itself that may stand in memory twice.
    private static byte[] SmallLibrary()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libraries are copied on Linux only");
        return File.ReadAllBytes(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.IO.Compression.Native.so"));
    }
}
