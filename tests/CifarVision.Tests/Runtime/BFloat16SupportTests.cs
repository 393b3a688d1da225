using CifarVision.Runtime;

namespace CifarVision.Tests.Runtime;

public class BFloat16SupportTests
{
    [Theory]
    [InlineData(0, 0, 0, false)]
    [InlineData(0, 1 << 5, 0, true)]
    [InlineData(1 << 22, 0, 0, true)]
    [InlineData(0, 0, 1 << 5, true)]
    [InlineData(~(1 << 22), ~(1 << 5), ~(1 << 5), false)]
    public void IsInLeaf7_Flags_AreAvx512AmxAndAvxNeConvert(int edx0, int eax1, int edx1, bool expected) =>
        Assert.Equal(expected, BFloat16Support.IsInLeaf7(edx0, eax1, edx1));

    [Theory]
    [InlineData("processor\t: 0\nFeatures\t: fp asimd i8mm bf16 dgh\n", true)]
    [InlineData("processor\t: 0\nFeatures\t: fp asimd i8mm bf16\n", true)]
    [InlineData("processor\t: 0\nFeatures\t: fp asimd svebf16 sme\n", false)]
    [InlineData("model name\t: bf16\n", false)]
    public void IsInCpuInfo_Features_AreThoseOfArm(string cpuInfo, bool expected) => Assert.Equal(expected, BFloat16Support.IsInCpuInfo(cpuInfo));

    [Fact]
    public void OfThisProcessor_OnLinux_AgreesWithTheKernel()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc/cpuinfo");
        string flags = File.ReadAllText("/proc/cpuinfo");

        Assert.Equal(new[] { "avx512_bf16", "amx_bf16", " bf16" }.Any(flags.Contains), BFloat16Support.OfThisProcessor.IsNative);
    }

    [Fact]
    public void WarnUnlessNative_NoInstructions_SaysOnceWhatToUse()
    {
        using var output = new StringWriter();
        var support = new BFloat16Support(isNative: false, () => output);
        support.WarnUnlessNative(torch.CPU);
        support.WarnUnlessNative(torch.CPU);

        Assert.Single(output.ToString().TrimEnd().Split('\n'));
        Assert.Contains("Compile with DTypePolicy.Float32.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WarnUnlessNative_InstructionsOrAnotherDevice_IsSilent()
    {
        using var output = new StringWriter();
        new BFloat16Support(isNative: true, () => output).WarnUnlessNative(torch.CPU);
        new BFloat16Support(isNative: false, () => output).WarnUnlessNative(torch.META);

        Assert.Empty(output.ToString());
    }
}
