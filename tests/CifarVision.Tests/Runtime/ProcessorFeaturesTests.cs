using System.Runtime.Intrinsics.X86;
using CifarVision.Runtime;

namespace CifarVision.Tests.Runtime;

public class ProcessorFeaturesTests
{
    private const int Avx512 = (1 << 16) | (1 << 17) | (1 << 30) | (1 << 31);

    [Theory]
    [InlineData(0, 0, 0, false, false)]
    [InlineData(Avx512, 1 << 5, 0, true, false)]
    [InlineData(Avx512, ~(1 << 5), 0, false, false)]
    [InlineData(1 << 16, 1 << 5, 0, false, false)] // AVX-512 without the parts that torch wants
    [InlineData(0, 0, (1 << 4) | (1 << 5), false, true)]
    [InlineData(0, 0, 1 << 5, false, false)]
    public void FromLeaf7_Flags_AreThoseOfBFloat16(int ebx0, int eax1, int edx1, bool avx512, bool avx2)
    {
        var features = ProcessorFeatures.FromLeaf7(ebx0, eax1, edx1);

        Assert.Equal((avx512, avx2), (features.Avx512BFloat16, features.Avx2BFloat16));
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
        string[] flags = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("flags", StringComparison.Ordinal)).Split(' ');
        ProcessorFeatures found = ProcessorFeatures.OfThisProcessor;

        Assert.True(found.IsX86);
        Assert.Equal(flags.Contains("avx2"), found.Avx2);
        Assert.Equal(new[] { "avx512f", "avx512dq", "avx512bw", "avx512vl" }.All(flags.Contains), found.Avx512);
        Assert.Equal(found.Avx512 && flags.Contains("avx512_bf16"), found.Avx512BFloat16);
    }
}
