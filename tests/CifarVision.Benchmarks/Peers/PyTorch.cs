using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using CifarVision.Benchmarks.Measuring;

namespace CifarVision.Benchmarks.Peers;

/// <summary>PyTorch in Debian's Python: <c>apt-get install python3-torch libopenblas0-pthread</c>. Its loop is pytorch_step.py.</summary>
internal static class PyTorch
{
    private const string Python = "/usr/bin/python3";

    // OpenBLAS chooses its kernels by the processor; these variables would choose others.
    private static readonly Dictionary<string, string?> OpenBlas = new() { ["OPENBLAS_CORETYPE"] = null, ["OPENBLAS_L2_SIZE"] = null };

    // Glibc keeps all memory, so that no step pays for page faults.
    private static readonly Dictionary<string, string?> KeepMemory = new()
    {
        ["MALLOC_MMAP_MAX_"] = "0",
        ["MALLOC_TRIM_THRESHOLD_"] = int.MaxValue.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Whether Python is there and finds torch.</summary>
    public static bool IsInstalled()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Python, ["-c", "import torch"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>float32 and bfloat16 by autocast, each as installed and with glibc told to keep memory.</summary>
    public static IEnumerable<Peer> Peers(Effort effort, IReadOnlyDictionary<string, string?> untunedAllocator)
    {
        foreach (string precision in new[] { "float32", "bfloat16" })
        {
            foreach (bool keepMemory in new[] { false, true })
            {
                string name = $"pytorch_{precision}{(keepMemory ? "_malloc" : "")}";
                var environment = new Dictionary<string, string?>(untunedAllocator.Concat(OpenBlas));
                foreach ((string variable, string? value) in keepMemory ? KeepMemory : [])
                    environment[variable] = value;
                yield return new Peer(name, Python, Arguments(name, precision, effort)) { Environment = environment };
            }
        }
    }

    private static string[] Arguments(string name, string precision, Effort effort) =>
    [
        Path.Combine(AppContext.BaseDirectory, "Peers", "pytorch_step.py"),
        "--name", name,
        "--precision", precision,
        "--batch-size", Text(effort.BatchSize),
        "--warm-ups", Text(effort.WarmUps),
        "--least-calls", Text(effort.LeastCalls),
        "--seconds", Text(effort.SecondsPerFigure),
    ];

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
