using CifarVision.Runtime;

namespace CifarVision.Tests.Runtime;

public class BFloat16SupportTests
{
    private static readonly ProcessorFeatures With = new() { IsX86 = true, Avx2 = true, Avx512 = true, Avx512BFloat16 = true };
    private static readonly ProcessorFeatures Without = new() { IsX86 = true, Avx2 = true };

    [Fact]
    public void Resolve_Auto_IsWhatTheDeviceCanDo()
    {
        Assert.Equal(DTypePolicy.MixedBFloat16, Of(With, TextWriter.Null).Resolve(DTypePolicy.Auto, torch.CPU));
        Assert.Equal(DTypePolicy.Float32, Of(With, TextWriter.Null, aten: "avx2").Resolve(DTypePolicy.Auto, torch.CPU));
        Assert.Equal(DTypePolicy.Float32, Of(Without, TextWriter.Null).Resolve(DTypePolicy.Auto, torch.CPU));
        Assert.Equal(DTypePolicy.Float32, Of(With, TextWriter.Null).Resolve(DTypePolicy.Auto, torch.META));
    }

    [Theory]
    [InlineData(DTypePolicy.Float32)]
    [InlineData(DTypePolicy.MixedBFloat16)]
    [InlineData(DTypePolicy.Float64)]
    public void Resolve_PolicyByName_StaysWhatItIs(DTypePolicy precision)
    {
        Assert.Equal(precision, Of(With, TextWriter.Null).Resolve(precision, torch.CPU));
        Assert.Equal(precision, Of(Without, TextWriter.Null).Resolve(precision, torch.CPU));
    }

    [Fact]
    public void Resolve_NoPolicy_Throws()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Of(With, TextWriter.Null).Resolve((DTypePolicy)7, torch.CPU));

        Assert.Contains("Model: precision must be one of Float32, MixedBFloat16, Float64, Auto, but was 7.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_MixedBFloat16WithoutFastInstructions_WarnsOnce()
    {
        using var output = new StringWriter();
        BFloat16Support support = Of(Without, output);
        support.Resolve(DTypePolicy.MixedBFloat16, torch.CPU);
        support.Resolve(DTypePolicy.MixedBFloat16, torch.CPU);

        Assert.Single(output.ToString().TrimEnd().Split('\n'));
        Assert.Contains("Compile with DTypePolicy.Auto.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_InstructionsOrAnotherDeviceOrAuto_IsSilent()
    {
        using var output = new StringWriter();
        Of(With, output).Resolve(DTypePolicy.MixedBFloat16, torch.CPU);
        Of(Without, output).Resolve(DTypePolicy.MixedBFloat16, torch.META);
        Of(Without, output).Resolve(DTypePolicy.Auto, torch.CPU);

        Assert.Empty(output.ToString());
    }

    [Fact]
    public void Resolve_CapThatOneDnnDoesNotKnow_WarnsOnce()
    {
        using var output = new StringWriter();
        BFloat16Support support = Of(With, output, oneDnn: "AVX3");
        support.Resolve(DTypePolicy.Float32, torch.CPU);
        support.Resolve(DTypePolicy.Auto, torch.CPU);

        Assert.Contains("'AVX3', which oneDNN ignores", Assert.Single(output.ToString().TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private static BFloat16Support Of(ProcessorFeatures processor, TextWriter output, string? aten = null, string? oneDnn = null) =>
        new(new TorchInstructions(processor, name => name switch { "ATEN_CPU_CAPABILITY" => aten, "ONEDNN_MAX_CPU_ISA" => oneDnn, _ => null }), () => output);
}
