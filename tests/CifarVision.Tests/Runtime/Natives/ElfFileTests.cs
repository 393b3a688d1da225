using System.Runtime.InteropServices;
using CifarVision.Runtime.Natives;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Runtime.Natives;

public sealed class ElfFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ElfFileTests() => Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "Linux libraries");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Dependencies_OfTorchSharpsLibrary_NameTorch()
    {
        using ElfFile file = Open(NativeFiles.Bridge);

        Assert.Equal(["libtorch.so", "libc10.so", "libtorch_cpu.so"], file.Dependencies.Take(3));
    }

    [Fact]
    public void Undefined_OfTorchSharpsLibrary_IsWhatTheDynamicLinkerFindsInTorch()
    {
        using ElfFile file = Open(NativeFiles.Bridge);
        nint torch = NativeLibrary.Load(NativeFiles.Find("torch", typeof(torch).Assembly).First());

        Assert.InRange(file.Undefined.Count, 1000, 2000);
        Assert.DoesNotContain("malloc", file.Undefined);
        Assert.All(file.Undefined, symbol => Assert.True(NativeLibrary.TryGetExport(torch, symbol, out _), symbol));
    }

    [Theory]
    [InlineData(NativeFiles.TorchCore, "_ZN3c1022GetDefaultCPUAllocatorEv", true)]
    [InlineData(NativeFiles.TorchCore, "_ZN3c1022GetDefaultCPUAllocatorE", false)]
    [InlineData(NativeFiles.TorchCore, "aoti_torch_abi_version", false)]
    [InlineData(NativeFiles.Torch, "aoti_torch_abi_version", true)]
    [InlineData(NativeFiles.Torch, "memcpy", false)]
    [InlineData(NativeFiles.Bridge, "THSTensor_add", true)]
    public void Defines_ASymbol_IsWhatTheDynamicLinkerSees(string library, string symbol, bool expected)
    {
        using ElfFile file = Open(library);

        Assert.Equal(expected, file.Defines(symbol));
    }

    [Theory]
    [InlineData("this is no library, though it is longer than the head of one")]
    [InlineData("short")]
    [InlineData("")]
    public void Open_SomethingElse_SaysSo(string text)
    {
        string path = _folder.File("lib.so");
        File.WriteAllText(path, text);

        Assert.StartsWith($"ElfFile: {path} must be a ", Assert.Throws<InvalidDataException>(() => ElfFile.Open(path)).Message);
    }

    [Fact]
    public void Open_FileCutOff_SaysSo()
    {
        string path = _folder.File("lib.so");
        File.WriteAllBytes(path, File.ReadAllBytes(NativeFiles.Find(NativeFiles.TorchCore, typeof(torch).Assembly).First())[..100_000]);

        Assert.Equal($"ElfFile: {path} must be a whole ELF file, but was cut off.", Assert.Throws<InvalidDataException>(() => ElfFile.Open(path)).Message);
    }

    private static ElfFile Open(string library) => ElfFile.Open(NativeFiles.Find(library, typeof(torch).Assembly).First());
}
