using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CifarVision.Runtime;

/// <summary>
/// Whether the processor computes with bfloat16 itself. Where it does not, torch converts back and forth and gains nothing over float32, which
/// is said once.
/// </summary>
/// <param name="isNative">Whether it does; true also where that cannot be found out.</param>
/// <param name="output">Where to say it.</param>
internal sealed class BFloat16Support(bool isNative, Func<TextWriter> output)
{
    private int _said;

    /// <summary>Of the processor this runs on; speaks on standard error.</summary>
    public static BFloat16Support OfThisProcessor { get; } = new(Detect(), () => Console.Error);

    public bool IsNative { get; } = isNative;

    /// <summary>Says what to use instead, unless all is well, it was said already, or the model is on another device.</summary>
    public void WarnUnlessNative(Device device)
    {
        if (!IsNative && device.type == DeviceType.CPU && Interlocked.Exchange(ref _said, 1) == 0)
        {
            output().WriteLine(
                "Model: precision should be Float32 on this processor, but was MixedBFloat16, for which it has no instructions "
                + "(AVX512_BF16, AMX-BF16, AVX-NE-CONVERT or Arm's BF16) and which it computes slowly. Compile with DTypePolicy.Float32.");
        }
    }

    /// <summary>Whether what the x86 instruction CPUID answers in leaf 7 holds one of the flags.</summary>
    /// <param name="edx0">EDX of sub-leaf 0.</param>
    /// <param name="eax1">EAX of sub-leaf 1.</param>
    /// <param name="edx1">EDX of sub-leaf 1.</param>
    public static bool IsInLeaf7(int edx0, int eax1, int edx1)
    {
        bool hasAvx512 = (eax1 & (1 << 5)) != 0;
        bool hasAmx = (edx0 & (1 << 22)) != 0;
        bool hasAvxNeConvert = (edx1 & (1 << 5)) != 0;
        return hasAvx512 || hasAmx || hasAvxNeConvert;
    }

    /// <summary>Whether the text of an Arm processor's /proc/cpuinfo holds the flag.</summary>
    public static bool IsInCpuInfo(string cpuInfo) => cpuInfo.Split('\n')
        .Where(line => line.StartsWith("Features", StringComparison.Ordinal))
        .Any(line => line.Split(' ').Contains("bf16"));

    private static bool Detect()
    {
        if (X86Base.IsSupported)
        {
            if (X86Base.CpuId(0, 0).Eax < 7)
                return false;
            (_, _, _, int edx0) = X86Base.CpuId(7, 0);
            (int eax1, _, _, int edx1) = X86Base.CpuId(7, 1);
            return IsInLeaf7(edx0, eax1, edx1);
        }

        const string cpuInfo = "/proc/cpuinfo";
        bool isArmLinux = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        return !isArmLinux || !File.Exists(cpuInfo) || IsInCpuInfo(File.ReadAllText(cpuInfo));
    }
}
