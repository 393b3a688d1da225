namespace CifarVision.Runtime;

/// <summary>
/// The instruction sets that torch's own kernels (ATen) and oneDNN use: those of the processor, without those that two environment variables disable.
/// TorchSharp does not expose what the libraries report, so the variables are interpreted by the rules of the libraries.
/// </summary>
/// <param name="processor">The features of the processor.</param>
/// <param name="environment">Reads an environment variable.</param>
internal sealed class TorchInstructions(ProcessorFeatures processor, Func<string, string?> environment)
{
    private const string AtenVariable = "ATEN_CPU_CAPABILITY";
    private const string OneDnnVariable = "ONEDNN_MAX_CPU_ISA";
    private const string OldOneDnnVariable = "DNNL_MAX_CPU_ISA";

    private static readonly string[] AtenValues = ["default", "avx2", "avx512"];

    // oneDNN ignores case. Each value enables itself and the values before it.
    private static readonly string[] OneDnnValues =
    [
        "sse41", "avx", "avx2", "avx2_vnni", "avx2_vnni_2", "avx512_core", "avx512_core_vnni", "avx512_core_bf16", "avx512_core_fp16",
        "avx10_1_512", "avx512_core_amx", "avx10_1_512_amx", "avx512_core_amx_fp16", "avx10_1_512_amx_fp16", "default", "all",
    ];

    /// <summary>The instructions of this process.</summary>
    public static TorchInstructions OfThisProcess { get; } = new(ProcessorFeatures.OfThisProcessor, Environment.GetEnvironmentVariable);

    /// <summary>Gets the vector instructions of ATen's kernels: <c>AVX-512</c>, <c>AVX2</c>, <c>NEON</c> or <c>no AVX2</c>.</summary>
    public string Vectors
    {
        get
        {
            if (!processor.IsX86)
                return processor.Neon ? "NEON" : "no NEON";
            if (processor.Avx512 && AtenAllows("avx512"))
                return "AVX-512";
            return processor.Avx2 && AtenAllows("avx2") ? "AVX2" : "no AVX2";
        }
    }

    /// <summary>Gets whether oneDNN uses its kernels for x86, of any vector length.</summary>
    public bool OneDnnHasX86Kernels => processor.IsX86;

    /// <summary>Gets whether oneDNN uses its kernels for AVX-512.</summary>
    public bool OneDnnUsesAvx512 => processor.Avx512 && OneDnnAllows("avx512_core");

    /// <summary>Gets whether oneDNN uses AMX, the tile registers of server processors.</summary>
    public bool OneDnnUsesAmx => processor.Amx && OneDnnAllows("avx512_core_amx");

    /// <summary>
    /// Gets whether both libraries use instructions that multiply bfloat16 faster than float32: AMX, Arm's BF16, and AVX512_BF16 of processors that are
    /// not Intel's. Intel's AVX512_BF16 alone is half as fast as float32, and AVX-NE-CONVERT does not multiply.
    /// </summary>
    public bool HasFastBFloat16 =>
        processor.ArmBFloat16
        || (AtenAllows("avx512") && (OneDnnUsesAmx || (processor.Avx512BFloat16 && !processor.IsIntel && OneDnnAllows("avx512_core_bf16"))));

    /// <summary>Gets a warning for each variable whose value is ignored silently; torch itself warns about its own variable.</summary>
    public IEnumerable<string> IgnoredCaps => OneDnnCap is { } cap && processor.IsX86 && !OneDnnValues.Contains(cap.Value.ToLowerInvariant())
        ? [$"Model: {cap.Name} must be one of {string.Join(", ", OneDnnValues.Select(value => value.ToUpperInvariant()))}, but was '{cap.Value}', which oneDNN ignores. Correct it or remove it."]
        : [];

    private (string Name, string Value)? OneDnnCap => Caps.Where(cap => cap.Name != AtenVariable).Select(cap => ((string, string)?)cap).FirstOrDefault();

    private IEnumerable<(string Name, string Value)> Caps =>
        from name in (string[])[AtenVariable, OneDnnVariable, OldOneDnnVariable]
        let value = environment(name)
        where !string.IsNullOrEmpty(value)
        select (name, value);

    /// <summary>Returns the instructions that determine the speed of a computation, and the variables that disable others: <c>AVX-512</c>, <c>bfloat16</c>.</summary>
    public IReadOnlyList<string> Used(DTypePolicy precision) =>
    [
        Vectors,
        .. precision == DTypePolicy.MixedBFloat16 && HasFastBFloat16 ? ["bfloat16"] : Array.Empty<string>(),
        .. Caps.Select(cap => $"{cap.Name}={cap.Value}"),
    ];

    private bool AtenAllows(string instructions) => Allows(AtenValues, environment(AtenVariable), instructions);

    private bool OneDnnAllows(string instructions) => Allows(OneDnnValues, OneDnnCap?.Value.ToLowerInvariant(), instructions);

    // A value that is unknown to a library disables nothing.
    private static bool Allows(string[] values, string? cap, string instructions)
    {
        int allowed = Array.IndexOf(values, cap);
        return allowed < 0 || allowed >= Array.IndexOf(values, instructions);
    }
}
