using CifarVision.Runtime;
using CifarVision.Runtime.Natives;

namespace CifarVision.Tests.Runtime.Natives;

public class LibtorchVersionTests
{
    [Theory]
    [InlineData("2.10.0", true)]
    [InlineData("2.10.0+cu128", true)]
    [InlineData("2.10.1", true)]
    [InlineData("2.10", true)]
    [InlineData("2.1.0", false)]
    [InlineData("2.100.0", false)]
    [InlineData("2.11.0+cu130", false)]
    [InlineData("1.13.0a0", false)]
    [InlineData("3.10.0", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsExpected_IsOfTheMinorVersion(string? version, bool expected) => Assert.Equal(expected, LibtorchVersion.IsExpected(version));

    [Theory]
    [InlineData(0x020A_0000_0000_0000, "2.10.0")]
    [InlineData(0x020B_0300_0000_0000, "2.11.3")]
    [InlineData(0, null)]
    public void Decode_WritesTheNumbers(ulong version, string? expected) => Assert.Equal(expected, LibtorchVersion.Decode(version));

    [Fact]
    public void OfLibrary_LoadedOne_IsThePackages()
    {
        TorchRuntime.EnsureLoaded();

        Assert.Equal("2.10.0", LibtorchVersion.Decode(LibtorchVersion.OfLibrary()));
    }
}
