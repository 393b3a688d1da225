using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using CifarVision.Runtime;

namespace CifarVision.Benchmarks.Parts;

/// <summary>The command <c>parts</c>: BenchmarkDotNet over the classes beside this one, one for each folder of the library that takes time.</summary>
internal static class PartBenchmarks
{
    /// <summary>AlexNet's batch.</summary>
    public const int BatchSize = 128;

    public static void Run(string[] args)
    {
        // Before the first tensor, for the parts that call torch without the library.
        TorchRuntime.SetSeed(1);

        // In this process: torch's natives lie beside this program and not beside one that BenchmarkDotNet would build.
        Job job = Job.Default.WithToolchain(new InProcessEmitToolchain(timeout: TimeSpan.FromHours(1), logOutput: true)).WithMaxIterationCount(20);
        IConfig config = DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default);
        BenchmarkSwitcher.FromAssembly(typeof(PartBenchmarks).Assembly).Run(args, config);
    }
}
