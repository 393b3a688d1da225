using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace CifarVision.Runtime;

/// <summary>
/// The instruction sets of the processor that are relevant to torch. On x86 they are read from CPUID, not from .NET's <c>IsSupported</c>, which
/// depends on .NET's own switches (<c>DOTNET_EnableAVX512</c>).
/// </summary>
internal sealed record ProcessorFeatures
{
    private const string CpuInfo = "/proc/cpuinfo";
    private const int StartOfGenuineIntel = 0x756E6547; // "Genu", the lowest byte first

    /// <summary>The processor of this process.</summary>
    public static ProcessorFeatures OfThisProcessor { get; } = Detect();

    public bool IsX86 { get; init; }

    public bool IsIntel { get; init; }

    public bool Avx2 { get; init; }

    /// <summary>Gets whether AVX-512 has the parts that torch and oneDNN require: F, VL, BW and DQ.</summary>
    public bool Avx512 { get; init; }

    public bool Avx512BFloat16 { get; init; }

    /// <summary>Gets whether AMX multiplies tiles of bfloat16 (AMX-TILE and AMX-BF16).</summary>
    public bool Amx { get; init; }

    public bool Neon { get; init; }

    /// <summary>Gets whether an Arm processor has BF16; false on systems other than Linux, where it cannot be determined.</summary>
    public bool ArmBFloat16 { get; init; }

    /// <summary>Reads the registers that CPUID returns for leaf 7. AMX counts only beside AVX512_BF16, as for oneDNN.</summary>
    /// <param name="ebx0">EBX of sub-leaf 0.</param>
    /// <param name="eax1">EAX of sub-leaf 1.</param>
    /// <param name="edx0">EDX of sub-leaf 0.</param>
    public static ProcessorFeatures FromLeaf7(int ebx0, int eax1, int edx0 = 0)
    {
        const int avx512Parts = (1 << 16) | (1 << 17) | (1 << 30) | (1 << 31);
        const int amxForBFloat16 = (1 << 22) | (1 << 24);
        bool avx512 = (ebx0 & avx512Parts) == avx512Parts;
        bool avx512BFloat16 = avx512 && (eax1 & (1 << 5)) != 0;
        return new ProcessorFeatures
        {
            IsX86 = true,
            Amx = avx512BFloat16 && (edx0 & amxForBFloat16) == amxForBFloat16,
            Avx2 = (ebx0 & (1 << 5)) != 0,
            Avx512 = avx512,
            Avx512BFloat16 = avx512BFloat16,
        };
    }

    /// <summary>Returns whether the text of an Arm processor's /proc/cpuinfo lists BF16.</summary>
    public static bool IsBFloat16InCpuInfo(string cpuInfo) => cpuInfo.Split('\n')
        .Where(line => line.StartsWith("Features", StringComparison.Ordinal))
        .Any(line => line.Split(' ').Contains("bf16"));

    private static ProcessorFeatures Detect()
    {
        if (X86Base.IsSupported)
        {
            (int leaves, int vendor, _, _) = X86Base.CpuId(0, 0);
            bool isIntel = vendor == StartOfGenuineIntel;
            if (leaves < 7)
                return new ProcessorFeatures { IsX86 = true, IsIntel = isIntel };
            (_, int ebx0, _, int edx0) = X86Base.CpuId(7, 0);
            return FromLeaf7(ebx0, X86Base.CpuId(7, 1).Eax, edx0) with { IsIntel = isIntel };
        }

        bool isArmLinux = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        return new ProcessorFeatures
        {
            Neon = AdvSimd.IsSupported,
            ArmBFloat16 = isArmLinux && File.Exists(CpuInfo) && IsBFloat16InCpuInfo(File.ReadAllText(CpuInfo)),
        };
    }
}
