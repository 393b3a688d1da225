using System.Runtime.InteropServices;
using CifarVision.Runtime.Natives;

namespace CifarVision.Tests.Runtime.Natives;

public class NativeFilesTests
{
    [Fact]
    public void Platform_OfAProcessBuiltForThisSystem_IsItsRuntimeIdentifier() => Assert.Equal(RuntimeInformation.RuntimeIdentifier, NativeFiles.Platform);

    [Theory]
    [InlineData(NativeFiles.Torch)]
    [InlineData(NativeFiles.Bridge)]
    public void Find_LibraryOfThisProcess_GivesItsFile(string library) =>
        Assert.True(File.Exists(NativeFiles.Find(library, typeof(torch).Assembly).First()));

    [Fact]
    public void Folders_CoverPortableBuilds()
    {
        string native = Path.Combine(AppContext.BaseDirectory, "runtimes", NativeFiles.Platform, "native");

        Assert.Contains(native, NativeFiles.Folders(typeof(torch).Assembly));
    }

    [Fact]
    public void TryLoad_UnknownLibrary_ReturnsFalse() => Assert.False(NativeFiles.TryLoad("no_such_library", typeof(torch).Assembly, out _));
}
