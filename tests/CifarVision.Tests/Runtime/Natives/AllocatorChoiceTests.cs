using System.Runtime.InteropServices;
using CifarVision.Runtime;
using CifarVision.Runtime.Natives;

namespace CifarVision.Tests.Runtime.Natives;

public class AllocatorChoiceTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("system", false)]
    public void WantsBlockCache_KnownValue_IsUnderstood(string? value, bool wants) => Assert.Equal(wants, AllocatorChoice.WantsBlockCache(value));

    [Theory]
    [InlineData("System")]
    [InlineData("off")]
    public void WantsBlockCache_UnknownValue_Throws(string value)
    {
        var error = Assert.Throws<InvalidOperationException>(() => AllocatorChoice.WantsBlockCache(value));

        Assert.Equal($"TorchRuntime: CIFARVISION_ALLOCATOR must be 'system' or unset, but was '{value}'. Unset it for the block cache, or set it to 'system'.", error.Message);
    }

    [Theory]
    [InlineData(0x020A_0000_0000_0000, "")]
    [InlineData(0x020A_0000_0000_0001, "")]
    [InlineData(0x0209_0100_0000_0000, "but was 2.9.1.")]
    [InlineData(0x020A_0100_0000_0000, "but was 2.10.1.")]
    [InlineData(0, "but was unknown.")]
    public void IsKnown_Version_OthersAreAWarning(long version, string warning)
    {
        using var output = new StringWriter();

        bool isKnown = AllocatorChoice.IsKnown((ulong)version, output);

        Assert.Equal(warning.Length == 0, isKnown);
        if (isKnown)
            Assert.Equal("", output.ToString());
        else
            Assert.StartsWith($"TorchRuntime: the version of libtorch should be 2.10.0, {warning}", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Allocator_OfThisProcess_IsTheBlockCacheWhereItIsMadeFor()
    {
        TorchRuntime.EnsureLoaded();

        bool isMadeFor = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64
            && AllocatorChoice.WantsBlockCache(Environment.GetEnvironmentVariable(AllocatorChoice.Variable));
        Assert.Equal(isMadeFor ? "block cache" : "system", TorchRuntime.Allocator);
    }
}
