using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using CifarVision.Runtime;

namespace CifarVision.Tests.Golden;

/// <summary>Under <c>.ci/capped</c> torch and .NET must really be held to a lesser processor's instructions, or that run would prove nothing.</summary>
public unsafe class ProcessorCapTests
{
    private const string Expectation = "CIFARVISION_EXPECT_CPU";

    [Fact]
    public void Capabilities_UnderCaps_AreThoseOfTheLesserProcessor()
    {
        string? expected = Environment.GetEnvironmentVariable(Expectation);
        if (string.IsNullOrEmpty(expected))
            Assert.Skip($"{Expectation} says what .ci/capped caps this process to; it is not set here.");

        TorchRuntime.EnsureLoaded();
        Assert.Equal(expected.ToUpperInvariant(), TorchCapability());
        Assert.False(Avx512F.IsSupported);
        Assert.Equal(expected == "avx2", Avx2.IsSupported);
    }

    // What torch.backends.cpu.get_cpu_capability() tells in Python. TorchSharp has no member for it, so libtorch's own function is called: it
    // writes a std::string, whose first word is the address of the characters and whose second is their number.
    private static string TorchCapability()
    {
        nint torch = NativeLibrary.Load("libtorch_cpu.so", typeof(TorchSharp.torch).Assembly, null);
        var getCapability = (delegate* unmanaged<byte*, byte*>)NativeLibrary.GetExport(torch, "_ZN2at18get_cpu_capabilityB5cxx11Ev");
        byte* text = stackalloc byte[4 * sizeof(nint)];
        getCapability(text);
        return Encoding.ASCII.GetString(*(byte**)text, (int)*(nint*)(text + sizeof(nint)));
    }
}
