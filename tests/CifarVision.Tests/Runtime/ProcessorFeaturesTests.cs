using System.Runtime.Intrinsics.X86;
using CifarVision.Runtime;

namespace CifarVision.Tests.Runtime;

public class ProcessorFeaturesTests
{
    [Fact]
    public void Used_LinuxOnX86_AgreesWithTheKernel()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && X86Base.IsSupported, "reads /proc/cpuinfo");
        string[] flags = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("flags", StringComparison.Ordinal)).Split(' ');
        string vectors = flags.Contains("avx512f") ? "AVX-512" : flags.Contains("avx2") ? "AVX2" : "no AVX2";
        bool bfloat16 = flags.Contains("avx512_bf16") || flags.Contains("amx_bf16");

        Assert.Equal([vectors], ProcessorFeatures.Used(DTypePolicy.Float32, _ => null));
        Assert.Equal(bfloat16 ? [vectors, "bfloat16"] : [vectors], ProcessorFeatures.Used(DTypePolicy.MixedBFloat16, _ => null));
    }

    [Fact]
    public void Used_HeldToOlderInstructions_SaysBy() =>
        Assert.Equal("ONEDNN_MAX_CPU_ISA=AVX2", ProcessorFeatures.Used(DTypePolicy.Float32, name => name == "ONEDNN_MAX_CPU_ISA" ? "AVX2" : null)[^1]);
}
