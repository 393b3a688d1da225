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

    /// <summary>Why PyTorch must be left out, or null where it can be measured.</summary>
    public static string? Obstacle()
    {
        // Debian's PyTorch also runs on the reference BLAS, which is many times slower and no peer.
        const string question = "import torch; print('openblas' in open('/proc/self/maps').read())";
        const string advice = "Debian: apt-get install python3-torch libopenblas0-pthread";
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Python, ["-c", question]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            string answer = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return answer switch
            {
                "True" => null,
                "False" => $"PyTorch was left out: it runs without OpenBLAS. {advice}",
                _ => $"PyTorch was left out: {Python} finds no torch. {advice}",
            };
        }
        catch (Win32Exception)
        {
            return $"PyTorch was left out: there is no {Python}. {advice}";
        }
    }

    /// <summary>float32, and bfloat16 by autocast if wanted, each as installed and with glibc told to keep memory.</summary>
    public static IEnumerable<Peer> Peers(Effort effort, IReadOnlyDictionary<string, string?> systemAllocator, bool withBFloat16)
    {
        foreach (string precision in withBFloat16 ? new[] { "float32", "bfloat16" } : ["float32"])
        {
            foreach (bool keepMemory in new[] { false, true })
            {
                string name = $"pytorch_{precision}{(keepMemory ? "_malloc" : "")}";
                var environment = new Dictionary<string, string?>(systemAllocator.Concat(OpenBlas));
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
