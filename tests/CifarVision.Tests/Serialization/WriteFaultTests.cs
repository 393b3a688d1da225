using System.Diagnostics;
using CifarVision.Fuzz;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Serialization;

/// <summary>Every writer with a full disk, a kill, and a second process. <c>tests/CifarVision.Fuzz</c> does it at more places.</summary>
public sealed class WriteFaultTests
{
    private const string NoLimits = "The size of files is limited by setrlimit.";

    [Fact]
    public void Write_DiskFullAtAnyByte_KeepsTheOldFile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoLimits);
        AssertGood("faults", "full", "--places", "6");
    }

    [Fact]
    public void Write_KilledAtAByte_KeepsTheOldFile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoLimits);
        AssertGood("faults", "killed", "--places", "1", "--writer", "keras", "npz", "tensorflowjs", "backup");
    }

    [Fact]
    public void Write_TwoProcessesOnOnePath_LeaveAWholeFile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows refuses to replace a file that is being read.");
        AssertGood("faults", "together", "--writer", "keras");
    }

    [Theory]
    [InlineData("m.keras")]
    [InlineData("m.h5")]
    public void Write_FolderThatCannotBeWritten_NamesThePath(string name)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "no folder");
        string path = Path.Combine(folder.File("file"), name);
        using var model = new Sequential(2, new Dense(1));

        Exception? error = Record.Exception(() => model.Save(path));

        Assert.True(error is IOException or UnauthorizedAccessException, error?.ToString());
        Assert.Contains(name, error!.Message, StringComparison.Ordinal);
        Assert.Equal(["file"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Write_FileSystemThatRefuses_NamesThePath()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has /proc, where nobody can create files.");
        using var model = new Sequential(2, new Dense(1));

        Exception? error = Record.Exception(() => model.Save("/proc/m.keras"));

        Assert.True(error is IOException or UnauthorizedAccessException, error?.ToString());
        Assert.Contains("/proc/m.keras", error!.Message, StringComparison.Ordinal);
    }

    private static void AssertGood(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, typeof(FuzzTarget).Assembly.GetName().Name!);
        using Process child = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.True(child.ExitCode == 0, output + errors.Result);
    }
}
