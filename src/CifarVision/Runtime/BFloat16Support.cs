using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CifarVision.Runtime;

/// <summary>Whether this processor computes with bfloat16 itself; where it does not, torch converts back and forth and is slower than in float32.</summary>
internal static class BFloat16Support
{
    private const string ArmFlag = "bf16";
    private static int _warned;

    /// <summary>True also where it cannot be found out.</summary>
    public static bool IsNative { get; } = Detect();

    /// <summary>Says once, on standard error, what to use instead. Silent where the model is on another device.</summary>
    public static void WarnUnlessNative(Device device)
    {
        if (device.type == DeviceType.CPU && !IsNative && Interlocked.Exchange(ref _warned, 1) == 0)
            Console.Error.WriteLine(Warning);
    }

    public const string Warning =
        "CifarVision: mixed_bfloat16 is slower than float32 on this processor, which has no instructions for bfloat16 " +
        "(AVX512_BF16, AMX-BF16, AVX-NE-CONVERT or Arm's BF16). Compile with DTypePolicy.Float32.";

    /// <summary>Intel's and AMD's flags in what the CPUID leaf 7 answers.</summary>
    /// <param name="edx0">EDX of sub-leaf 0.</param>
    /// <param name="eax1">EAX of sub-leaf 1.</param>
    /// <param name="edx1">EDX of sub-leaf 1.</param>
    public static bool IsInLeaf7(int edx0, int eax1, int edx1)
    {
        bool avx512 = (eax1 & (1 << 5)) != 0;
        bool amx = (edx0 & (1 << 22)) != 0;
        bool avxNeConvert = (edx1 & (1 << 5)) != 0;
        return avx512 || amx || avxNeConvert;
    }

    /// <summary>Arm's flag in the text of /proc/cpuinfo.</summary>
    public static bool IsInCpuInfo(string cpuInfo) => cpuInfo.Split('\n')
        .Where(line => line.StartsWith("Features", StringComparison.Ordinal))
        .Any(line => line.Split(' ').Contains(ArmFlag));

    private static bool Detect()
    {
        if (X86Base.IsSupported)
        {
            (int highestLeaf, _, _, _) = X86Base.CpuId(0, 0);
            if (highestLeaf < 7)
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
