using System.Runtime.Intrinsics.X86;
using CifarVision.Runtime;

namespace CifarVision.Tests.Runtime;

public class ProcessorFeaturesTests
{
    private const int Avx512 = (1 << 16) | (1 << 17) | (1 << 30) | (1 << 31);
    private const int Amx = (1 << 22) | (1 << 24);

    [Theory]
    [InlineData(0, 0, 0, false, false)]
    [InlineData(Avx512, 1 << 5, 0, true, false)]
    [InlineData(Avx512, ~(1 << 5), 0, false, false)]
    [InlineData(1 << 16, 1 << 5, 0, false, false)] // AVX-512 without the parts that torch wants
    [InlineData(Avx512, 1 << 5, Amx, true, true)]
    [InlineData(Avx512, 1 << 5, 1 << 24, true, false)] // tiles, but not of bfloat16
    [InlineData(Avx512, 0, Amx, false, false)]
    public void FromLeaf7_Flags_AreThoseOfBFloat16(int ebx0, int eax1, int edx0, bool avx512, bool amx)
    {
        var features = ProcessorFeatures.FromLeaf7(ebx0, eax1, edx0);

        Assert.Equal((avx512, amx), (features.Avx512BFloat16, features.Amx));
    }

    [Theory]
    [InlineData("processor\t: 0\nFeatures\t: fp asimd i8mm bf16 dgh\n", true)]
    [InlineData("processor\t: 0\nFeatures\t: fp asimd i8mm bf16\n", true)]
    [InlineData("processor\t: 0\nFeatures\t: fp asimd svebf16 sme\n", false)]
    [InlineData("model name\t: bf16\n", false)]
    public void IsBFloat16InCpuInfo_Features_AreThoseOfArm(string cpuInfo, bool expected) => Assert.Equal(expected, ProcessorFeatures.IsBFloat16InCpuInfo(cpuInfo));

    [Fact]
    public void OfThisProcessor_LinuxOnX86_AgreesWithTheKernel()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && X86Base.IsSupported, "reads /proc/cpuinfo");
        string[] lines = File.ReadAllLines("/proc/cpuinfo");
        string[] flags = lines.First(line => line.StartsWith("flags", StringComparison.Ordinal)).Split(' ');
        ProcessorFeatures found = ProcessorFeatures.OfThisProcessor;

        Assert.True(found.IsX86);
        Assert.Equal(lines.First(line => line.StartsWith("vendor_id", StringComparison.Ordinal)).EndsWith("GenuineIntel", StringComparison.Ordinal), found.IsIntel);
        Assert.Equal(flags.Contains("avx2"), found.Avx2);
        Assert.Equal(new[] { "avx512f", "avx512dq", "avx512bw", "avx512vl" }.All(flags.Contains), found.Avx512);
        Assert.Equal(found.Avx512 && flags.Contains("avx512_bf16"), found.Avx512BFloat16);
        Assert.Equal(found.Avx512BFloat16 && flags.Contains("amx_tile") && flags.Contains("amx_bf16"), found.Amx);
    }
}
