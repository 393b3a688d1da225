using CifarVision.Benchmarks.Measuring;
using CifarVision.Runtime.Natives;

namespace CifarVision.Benchmarks.Peers;

/// <summary>All that one run measures, in the order of a round.</summary>
internal static class PeerList
{
    // What a user's shell may set to make glibc keep memory; a peer on the system's allocator must not have it.
    private static readonly Dictionary<string, string?> SystemAllocator = new()
    {
        [AllocatorChoice.Variable] = AllocatorChoice.System,
        ["MALLOC_MMAP_MAX_"] = null,
        ["MALLOC_TRIM_THRESHOLD_"] = null,
        ["MALLOC_TOP_PAD_"] = null,
        ["GLIBC_TUNABLES"] = null,
        ["THP_MEM_ALLOC_ENABLE"] = null,
    };

    /// <summary>This library, TorchSharp alone, ONNX Runtime, and PyTorch where it is installed; bfloat16 only where the processor has fast instructions for it.</summary>
    public static IEnumerable<Peer> Create(Effort effort, string? data, bool withPyTorch, bool withBFloat16)
    {
        yield return Measurement("matrix-product", effort);
        yield return Measurement("plain", effort) with { Environment = SystemAllocator };
        yield return Measurement("step-float32", effort);
        if (withBFloat16)
            yield return Measurement("step-mixed-bfloat16", effort);
        foreach (Peer peer in withPyTorch ? PyTorch.Peers(effort, SystemAllocator, withBFloat16) : [])
            yield return peer;
        yield return Measurement("fit", effort);
        yield return Measurement("fit-pool-thread", effort);
        yield return Measurement("predict-float32", effort);
        if (withBFloat16)
            yield return Measurement("predict-mixed-bfloat16", effort);
        yield return Measurement("predict-onnxruntime", effort) with { Environment = SystemAllocator };
        yield return Measurement("first-step", effort);
        yield return Measurement("loading", effort, data is null ? [] : ["--data", data]) with { OnceOnly = true };
        yield return Measurement("memory", effort) with { OnceOnly = true };
    }

    /// <summary><c>measure NAME</c> in a new process of this program.</summary>
    public static Peer Measurement(string name, Effort effort, params IEnumerable<string> more)
    {
        string assembly = typeof(PeerList).Assembly.Location;
        string program = Path.ChangeExtension(assembly, OperatingSystem.IsWindows() ? ".exe" : null);
        string[] arguments = ["measure", name, "--effort", effort.Name, .. more];
        return File.Exists(program) ? new Peer(name, program, arguments) : new Peer(name, "dotnet", [assembly, .. arguments]);
    }
}
