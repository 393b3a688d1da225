using CifarVision.Runtime.Natives;

namespace CifarVision.Tests.Runtime.Natives;

public class NativeFailureTests
{
    [Theory]
    [InlineData("linux-x64", "libtorch_cpu.so")]
    [InlineData("win-x64", "torch_cpu.dll")]
    [InlineData("osx-arm64", "libtorch_cpu.dylib")]
    public void Describe_MissingFile_NamesItWhereItWasLookedForAndTheLineToRun(string platform, string file)
    {
        string message = NativeFailure.Describe(platform, file, ["/app", "/app/native"], reason: "");

        Assert.Equal(
            $"CifarVision: torch's native library {file} must lie beside the application, but was found in none of these folders:\n  /app\n  /app/native\n"
            + $"Run this in the folder of the application's project:\n  dotnet add package libtorch-cpu-{platform} --version 2.10.0",
            message);
    }

    [Fact]
    public void Describe_FileThatDoesNotLoad_GivesTheReason()
    {
        string message = NativeFailure.Describe("linux-x64", "/app/libtorch_cpu.so", ["/app"], "invalid ELF header");

        Assert.StartsWith("CifarVision: torch's native library /app/libtorch_cpu.so was found, but does not load:\n  invalid ELF header\n", message);
        Assert.EndsWith("dotnet add package libtorch-cpu-linux-x64 --version 2.10.0", message);
    }

    [Fact]
    public void Describe_FileThatDoesNotLoadOnWindows_NamesTheRedistributable() =>
        Assert.Contains("Visual C++ Redistributable", NativeFailure.Describe("win-x64", @"C:\app\torch_cpu.dll", [], "(0x8007007E)"));

    [Theory]
    [InlineData("linux-musl-x64", "Debian or Ubuntu image")]
    [InlineData("linux-arm64", "64-bit process")]
    [InlineData("win-x86", "64-bit process")]
    public void Describe_PlatformWithoutTorch_SaysSoAndOffersNoPackage(string platform, string advice)
    {
        string message = NativeFailure.Describe(platform, "libtorch_cpu.so", ["/app"], reason: "");

        Assert.Contains($"this process is {platform}", message);
        Assert.Contains(advice, message);
        Assert.DoesNotContain("dotnet add", message);
    }

    [Fact]
    public void Describe_LibraryThatExistsNowhere_ListsEveryFolderOnce()
    {
        string[] lines = NativeFailure.Describe("no_such_library", typeof(torch).Assembly, knownReason: null).Split('\n');

        Assert.Contains(NativeFiles.FileName("no_such_library"), lines[0]);
        Assert.Contains($"  {Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)}", lines);
        Assert.Equal(lines.Length, lines.Distinct().Count());
    }

    [Fact]
    public void Describe_FileThatIsNoLibrary_QuotesTheSystem()
    {
        string name = $"broken{Guid.NewGuid():N}";
        string path = Path.Combine(AppContext.BaseDirectory, NativeFiles.FileName(name));
        File.WriteAllText(path, "this is no library");
        try
        {
            string message = NativeFailure.Describe(name, typeof(torch).Assembly, knownReason: null);

            Assert.StartsWith($"CifarVision: torch's native library {path} was found, but does not load:\n  ", message);
            Assert.DoesNotContain("strace", message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Describe_ReasonSeenBefore_IsQuotedWithoutTheRuntimesAdvice()
    {
        string message = NativeFailure.Describe(NativeFiles.Torch, typeof(torch).Assembly, "Consider using strace:\nundefined symbol: x\n");

        Assert.Contains("does not load:\n  undefined symbol: x\n", message);
        Assert.DoesNotContain("strace", message);
    }

    [Fact]
    public void TorchVersion_IsTheOneTorchSharpWasBuiltFor() => Assert.Equal($"{NativeFailure.TorchVersion}.0", torch.__version__);
}
