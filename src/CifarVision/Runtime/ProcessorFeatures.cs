using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace CifarVision.Runtime;

/// <summary>The processor's instructions that decide how fast torch computes.</summary>
internal static class ProcessorFeatures
{
    // What holds torch and oneDNN to older instructions than the processor has.
    private static readonly string[] Limits = ["ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA"];

    /// <summary>Those that a computation uses, and the environment variables that keep it from others: <c>AVX-512</c>, <c>bfloat16</c>.</summary>
    public static IReadOnlyList<string> Used(DTypePolicy precision) => Used(precision, Environment.GetEnvironmentVariable);

    public static IReadOnlyList<string> Used(DTypePolicy precision, Func<string, string?> environment) =>
    [
        Vectors,
        .. precision == DTypePolicy.MixedBFloat16 && HasBFloat16 ? ["bfloat16"] : Array.Empty<string>(),
        .. Limits.Where(name => !string.IsNullOrEmpty(environment(name))).Select(name => $"{name}={environment(name)}"),
    ];

    // Elsewhere it cannot be found out.
    private static bool HasBFloat16 => BFloat16Support.OfThisProcessor.IsNative && (X86Base.IsSupported || OperatingSystem.IsLinux());

    private static string Vectors
    {
        get
        {
            if (Avx512F.IsSupported)
                return "AVX-512";
            if (Avx2.IsSupported)
                return "AVX2";
            return AdvSimd.IsSupported ? "NEON" : "no AVX2";
        }
    }
}
