using System.Diagnostics;
using System.Runtime.InteropServices;
using CifarVision.Benchmarks.Measuring;
using CifarVision.Benchmarks.Peers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Runtime;

public class TorchInstructionsTests
{
    private static readonly ProcessorFeatures Laptop = new() { IsX86 = true, Avx2 = true };
    private static readonly ProcessorFeatures Skylake = Laptop with { IsIntel = true, Avx512 = true };
    private static readonly ProcessorFeatures CooperLake = Skylake with { Avx512BFloat16 = true };
    private static readonly ProcessorFeatures SapphireRapids = CooperLake with { Amx = true };
    private static readonly ProcessorFeatures Zen4 = Laptop with { Avx512 = true, Avx512BFloat16 = true };
    private static readonly ProcessorFeatures Graviton3 = new() { Neon = true, ArmBFloat16 = true };

    public static TheoryData<string, string?, string?, bool, bool, string> Caps => new()
    {
        // processor, ATEN_CPU_CAPABILITY, ONEDNN_MAX_CPU_ISA: oneDNN's AVX-512, fast bfloat16, ATen's vectors
        { "SapphireRapids", null, null, true, true, "AVX-512" },
        { "SapphireRapids", "avx512", "AVX512_CORE_AMX", true, true, "AVX-512" },
        { "SapphireRapids", null, "avx512_core_fp16", true, false, "AVX-512" },
        { "SapphireRapids", null, "AVX512_CORE_VNNI", true, false, "AVX-512" },
        { "SapphireRapids", null, "AVX2", false, false, "AVX-512" },
        { "SapphireRapids", "avx2", null, true, false, "AVX2" },
        { "SapphireRapids", "avx2", "AVX2", false, false, "AVX2" },
        { "SapphireRapids", "default", "SSE41", false, false, "no AVX2" },
        { "SapphireRapids", null, "DEFAULT", true, true, "AVX-512" },
        { "SapphireRapids", "AVX2", "AVX3", true, true, "AVX-512" }, // neither library knows these
        { "Skylake", null, null, true, false, "AVX-512" },
        { "CooperLake", null, null, true, false, "AVX-512" }, // also a Sapphire Rapids whose virtual machine hides AMX
        { "Zen4", null, null, true, true, "AVX-512" },
        { "Zen4", null, "avx512_core_bf16", true, true, "AVX-512" },
        { "Zen4", null, "AVX512_CORE_VNNI", true, false, "AVX-512" },
        { "Zen4", "avx2", null, true, false, "AVX2" },
        { "Graviton3", null, null, false, true, "NEON" },
        { "Laptop", "default", null, false, false, "no AVX2" },
        { "Laptop", null, null, false, false, "AVX2" },
    };

    [Theory]
    [MemberData(nameof(Caps))]
    public void Caps_OfTheEnvironment_AreObeyed(string processor, string? aten, string? oneDnn, bool avx512, bool bfloat16, string vectors)
    {
        ProcessorFeatures features = processor switch
        {
            "Skylake" => Skylake,
            "CooperLake" => CooperLake,
            "Zen4" => Zen4,
            "Graviton3" => Graviton3,
            "Laptop" => Laptop,
            _ => SapphireRapids,
        };
        TorchInstructions found = Of(features, aten, oneDnn);

        Assert.Equal((avx512, bfloat16, vectors), (found.OneDnnUsesAvx512, found.HasFastBFloat16, found.Vectors));
    }

    [Fact]
    public void Used_Caps_AreNamed()
    {
        Assert.Equal(["AVX-512", "bfloat16"], Of(SapphireRapids, null, null).Used(DTypePolicy.MixedBFloat16));
        Assert.Equal(["AVX-512"], Of(SapphireRapids, null, null).Used(DTypePolicy.Float32));
        Assert.Equal(["AVX-512", "ONEDNN_MAX_CPU_ISA=AVX2"], Of(SapphireRapids, null, "AVX2").Used(DTypePolicy.MixedBFloat16));
    }

    [Fact]
    public void IgnoredCaps_ValueThatOneDnnDoesNotKnow_IsNamed()
    {
        string warning = Assert.Single(Of(SapphireRapids, null, "AVX3").IgnoredCaps);

        Assert.Contains("ONEDNN_MAX_CPU_ISA must be one of SSE41, ", warning, StringComparison.Ordinal);
        Assert.Contains("but was 'AVX3', which oneDNN ignores.", warning, StringComparison.Ordinal);
        Assert.Empty(Of(SapphireRapids, "avx2", "AVX2").IgnoredCaps);
        Assert.Empty(Of(new ProcessorFeatures { Neon = true }, null, "SVE_256").IgnoredCaps);
    }

    /// <summary>Also under the environment's caps, this is what at::get_cpu_capability() returns, a C++ string by a hidden pointer.</summary>
    [Fact]
    public unsafe void Vectors_LinuxOnX64_AreWhatTorchReports()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "calls a C++ function by the ABI of Linux x64");
        TorchRuntime.EnsureLoaded();
        using Process self = Process.GetCurrentProcess();
        nint library = NativeLibrary.Load(self.Modules.Cast<ProcessModule>().First(module => module.ModuleName == "libtorch_cpu.so").FileName);
        var getCapability = (delegate* unmanaged<nint*, nint*>)NativeLibrary.GetExport(library, "_ZN2at18get_cpu_capabilityB5cxx11Ev");
        nint* text = stackalloc nint[4];
        getCapability(text);
        string reported = Marshal.PtrToStringUTF8(text[0], (int)text[1]);

        Assert.Equal(reported switch { "AVX512" => "AVX-512", "AVX2" => "AVX2", _ => "no AVX2" }, TorchInstructions.OfThisProcess.Vectors);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("SSE41")]
    [InlineData("avx2")]
    [InlineData("AVX512_CORE")]
    [InlineData("AVX512_CORE_FP16")]
    [InlineData("AVX3")]
    public void OneDnn_OnX64_ReportsTheSameOfItself(string? cap)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "oneDNN names other instructions elsewhere");
        Peer peer = PeerList.Measurement("step-float32", Effort.Smoke);
        var start = new ProcessStartInfo(peer.Program, peer.Arguments) { RedirectStandardOutput = true };
        (start.Environment["ONEDNN_VERBOSE"], start.Environment["ONEDNN_MAX_CPU_ISA"]) = ("1", cap);
        start.Environment["DNNL_MAX_CPU_ISA"] = null;
        using Process process = Process.Start(start)!;
        string printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        string isa = printed.Split('\n').First(line => line.Contains("cpu,isa:", StringComparison.Ordinal));
        var found = new TorchInstructions(ProcessorFeatures.OfThisProcessor, name => name == "ONEDNN_MAX_CPU_ISA" ? cap : null);

        Assert.Equal(isa.Contains("AVX-512", StringComparison.Ordinal) || isa.Contains("AVX10", StringComparison.Ordinal), found.OneDnnUsesAvx512);
        Assert.Equal(isa.Contains("AMX", StringComparison.Ordinal), found.OneDnnUsesAmx);
    }

    private static TorchInstructions Of(ProcessorFeatures processor, string? aten, string? oneDnn) =>
        new(processor, name => name switch { "ATEN_CPU_CAPABILITY" => aten, "ONEDNN_MAX_CPU_ISA" => oneDnn, _ => null });
}
