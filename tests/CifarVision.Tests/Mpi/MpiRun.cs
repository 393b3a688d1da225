using System.Diagnostics;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Mpi;

/// <summary>Starts CifarVision.MpiTest on several processes of this machine, each with one thread.</summary>
internal static class MpiRun
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(3);
    private static readonly Lazy<string?> Launcher = new(() => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "mpirun"))
        .FirstOrDefault(File.Exists));

    /// <summary>Skips the test where there is no mpirun; fails it where one is a must, as in .ci/run.</summary>
    public static void Require()
    {
        bool isMust = Environment.GetEnvironmentVariable("CIFARVISION_REQUIRE_MPI") == "1";
        Assert.False(isMust && Launcher.Value is null, "There is no mpirun in the PATH.");
        Assert.SkipWhen(Launcher.Value is null, "There is no mpirun in the PATH: apt-get install openmpi-bin.");
    }

    /// <summary>Runs the program to its end.</summary>
    /// <param name="ranks">How many processes; 0 for one without mpirun.</param>
    /// <param name="arguments">The program's arguments.</param>
    /// <returns>The exit code of mpirun, and what all processes wrote.</returns>
    public static (int ExitCode, string Output) Run(int ranks, params IEnumerable<string> arguments) => RunProgram("CifarVision.MpiTest", ranks, arguments);

    /// <summary>Runs a program beside the tests to its end.</summary>
    public static (int ExitCode, string Output) RunProgram(string program, int ranks, params IEnumerable<string> arguments) => RunToEnd(
        ranks == 0
            ? ProgramCommand(program, arguments)
            : [Launcher.Value!, "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", FormattableString.Invariant($"{ranks}"), .. ProgramCommand(program, arguments)]);

    /// <summary>Runs the program on two ranks that are each on a host of its own, as far as MPI can tell. Skips the test where the machine allows no such hosts.</summary>
    public static (int ExitCode, string Output) RunOnTwoHosts(params IEnumerable<string> arguments)
    {
        const int NotPossible = 77;
        string script = Path.Combine(Repository.Root, "tests", "CifarVision.MpiTest", "two-hosts");
        (int exitCode, string output) = RunToEnd(["bash", script, "none", .. ProgramCommand("CifarVision.MpiTest", arguments)]);
        Assert.SkipWhen(exitCode == NotPossible, output);
        return (exitCode, output);
    }

    private static (int ExitCode, string Output) RunToEnd(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(LongestWait))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"'{string.Join(' ', command)}' did not end within {LongestWait}: {output.Result}{errors.Result}");
        }

        return (process.ExitCode, output.Result + errors.Result);
    }

    private static string[] ProgramCommand(string name, IEnumerable<string> arguments) => ["dotnet", Path.Combine(AppContext.BaseDirectory, $"{name}.dll"), .. arguments];
}
