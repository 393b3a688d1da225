using System.Diagnostics;
using CifarVision.Fuzz;

namespace CifarVision.Tests.Serialization;

/// <summary>Every writer with a full disk, a kill, a folder that cannot be written, and a second process. <c>tests/CifarVision.Fuzz</c> does it at more places.</summary>
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
        AssertGood("faults", "killed", "--places", "1", "--writer", "keras", "npz", "tensorflowjs", "backup", "tensorboard", "report");
    }

    [Fact]
    public void Write_TwoProcessesOnOnePath_LeaveAWholeFile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows refuses to replace a file that is being read.");
        AssertGood("faults", "together", "--writer", "keras");
    }

    [Fact]
    public void Write_FolderThatCannotBeWritten_NamesThePath() => AssertGood("faults", "refused");

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
