using CifarVision.Runtime.Natives;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Runtime.Natives;

public sealed class LibtorchFolderTests : IDisposable
{
    private const string DebiansTorch = "/usr/lib/python3/dist-packages/torch/lib";

    private static readonly string[] Cpu = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    private readonly TemporaryFolder _folder = new();

    public LibtorchFolderTests() => Assert.SkipUnless(NativeFiles.Platform == "linux-x64", "Linux on x64 only");

    private string Lib => Path.Combine(_folder.Path, "torch", "lib");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_FolderThatDoesNotExist_SaysWhatToSet() => Assert.Equal(
        "TorchRuntime: CIFARVISION_LIBTORCH must be a folder with libc10.so, libtorch_cpu.so, libtorch.so, but was '/no/such/folder', which does not exist. "
        + "Set it to the folder lib of an unpacked libtorch, or to that of PyTorch, which python3 -c \"import torch; print(torch.__path__[0] + '/lib')\" prints.",
        Assert.Throws<DllNotFoundException>(() => LibtorchFolder.Open("/no/such/folder")).Message);

    [Fact]
    public void Open_EmptyFolder_NamesWhatIsMissing() => Assert.Contains(
        $"but was '{_folder.Path}', which has no libc10.so, no libtorch_cpu.so, no libtorch.so. ", Assert.Throws<DllNotFoundException>(() => LibtorchFolder.Open(_folder.Path)).Message);

    [Fact]
    public void Open_FolderThatLacksALibrary_NamesIt()
    {
        ElfImage.Write(Path.Combine(Lib, "libc10.so"));
        ElfImage.Write(Path.Combine(Lib, "libtorch_cpu.so"));

        Assert.Contains("which has no libtorch.so. ", Assert.Throws<DllNotFoundException>(() => LibtorchFolder.Open(Lib)).Message);
    }

    [Fact]
    public void Open_TheFolderAbove_NamesTheRightOne()
    {
        Array.ForEach(Cpu, library => ElfImage.Write(Path.Combine(Lib, library)));

        Assert.EndsWith($". Set it to '{Lib}'.", Assert.Throws<DllNotFoundException>(() => LibtorchFolder.Open(Path.GetDirectoryName(Lib)!)).Message);
    }

    [Theory]
    [InlineData("version.py", "from typing import Optional\n\n__all__ = ['__version__', 'debug']\n__version__ = '2.11.0+cu130'\ndebug = False\n", "2.11.0+cu130")]
    [InlineData("version.py", "debug = False\n", null)]
    [InlineData("build-version", "2.10.0+cpu\n", "2.10.0+cpu")]
    [InlineData("other", "2.10.0", null)]
    public void Version_IsThatOfTheFileBeside(string file, string text, string? expected)
    {
        Array.ForEach(Cpu, library => ElfImage.Write(Path.Combine(Lib, library)));
        File.WriteAllText(_folder.File($"torch/{file}"), text);

        Assert.Equal(expected, LibtorchFolder.Open(Lib).Version);
    }

    [Theory]
    [InlineData("cublas", "cudnn", "cuda_runtime", 12)]
    [InlineData("cu13", "cudnn", "cu13", 13)]
    public void LoadOrder_OfPyTorchWithCuda_BeginsEachWithWhatItDependsOn(string blas, string dnn, string runtime, int cuda)
    {
        string Nvidia(string package, string library) => Path.Combine(_folder.Path, "nvidia", package, "lib", library);
        string Torch(string library) => Path.Combine(Lib, library);
        ElfImage.Write(Torch("libtorch.so"), "libtorch_cpu.so", "libtorch_cuda.so");
        ElfImage.Write(Torch("libtorch_cuda.so"), "libc10_cuda.so", $"libcublas.so.{cuda}", "libcudnn.so.9", $"libcudart.so.{cuda}", "libtorch_cpu.so", "libc.so.6");
        ElfImage.Write(Torch("libtorch_cpu.so"), "libc10.so", $"libcudart.so.{cuda}");
        ElfImage.Write(Torch("libc10_cuda.so"), "libc10.so", $"libcudart.so.{cuda}");
        ElfImage.Write(Torch("libc10.so"));
        ElfImage.Write(Torch("libtorch_python.so"), "libtorch.so");
        ElfImage.Write(Torch("libcaffe2_nvrtc.so"), $"libnvrtc.so.{cuda}", "libcuda.so.1");
        ElfImage.Write(Nvidia(runtime, $"libcudart.so.{cuda}"));
        ElfImage.Write(Nvidia(blas, $"libcublas.so.{cuda}"), $"libcublasLt.so.{cuda}");
        ElfImage.Write(Nvidia(blas, $"libcublasLt.so.{cuda}"));
        ElfImage.Write(Nvidia(dnn, "libcudnn.so.9"));
        ElfImage.Write(Nvidia(runtime, $"libnvrtc.so.{cuda}"));
        ElfImage.Write(Nvidia("unused", "libunused.so"));

        Assert.Equal(
            [
                Torch("libc10.so"), Nvidia(runtime, $"libcudart.so.{cuda}"), Torch("libtorch_cpu.so"), Torch("libc10_cuda.so"),
                Nvidia(blas, $"libcublasLt.so.{cuda}"), Nvidia(blas, $"libcublas.so.{cuda}"), Nvidia(dnn, "libcudnn.so.9"), Torch("libtorch_cuda.so"), Torch("libtorch.so"),
                Nvidia(runtime, $"libnvrtc.so.{cuda}"), Torch("libcaffe2_nvrtc.so"),
            ],
            LibtorchFolder.Open(Lib).LoadOrder());
    }

    [Fact]
    public void CheckFits_TheLibtorchOfThisProcess_Fits() => LibtorchFolder.Open(AppContext.BaseDirectory).CheckFits(Bridge());

    [Fact]
    public void CheckFits_LibrariesWithoutTheSymbols_ListsSome()
    {
        Array.ForEach(Cpu, library => ElfImage.Write(Path.Combine(Lib, library)));
        File.WriteAllText(_folder.File("torch/version.py"), "__version__ = '2.12.1'\n");

        string[] lines = Assert.Throws<DllNotFoundException>(() => LibtorchFolder.Open(Lib).CheckFits(Bridge())).Message.Split('\n');

        Assert.Matches($"^TorchRuntime: libtorch must be 2.10.0, for which TorchSharp was built, or fit in its place, but 2.12.1 in '{Lib}' lacks (\\d+) of \\1 symbols:$", lines[0]);
        Assert.Equal(13, lines.Length);
        Assert.All(lines[1..11], line => Assert.StartsWith("  _Z", line));
        Assert.Equal("Set CIFARVISION_LIBTORCH to the folder of a libtorch or PyTorch 2.10.0.", lines[^1]);
    }

    [Fact]
    public void CheckFits_FilesThatAreNoLibraries_SaysSo()
    {
        Directory.CreateDirectory(Lib);
        Array.ForEach(Cpu, library => File.WriteAllText(Path.Combine(Lib, library), "version https://git-lfs.github.com/spec/v1"));

        Assert.StartsWith($"TorchRuntime: the libraries in '{Lib}' must be libtorch's, but could not be read: ElfFile: {Lib}/libc10.so must be ", Assert.Throws<DllNotFoundException>(() => LibtorchFolder.Open(Lib).CheckFits(Bridge())).Message);
    }

    [Fact]
    public void CheckFits_DebiansTorch_IsOneError()
    {
        Assert.SkipUnless(Directory.Exists(DebiansTorch), "python3-torch is not installed");

        string message = Assert.Throws<DllNotFoundException>(() => LibtorchFolder.Open(DebiansTorch).CheckFits(Bridge())).Message;

        Assert.Contains($"but 1.13.0a0 in '{DebiansTorch}' lacks ", message);
    }

    [Fact]
    public void Load_FilesThatDoNotLoad_QuotesTheSystem()
    {
        Array.ForEach(Cpu, library => ElfImage.Write(Path.Combine(Lib, library)));

        string message = Assert.Throws<DllNotFoundException>(() => LibtorchFolder.Open(Lib).Load()).Message;

        Assert.StartsWith($"TorchRuntime: {Lib}/libc10.so must load, but did not:\n  {Lib}/libc10.so: ", message);
        Assert.EndsWith("\nInstall what is missing, or set CIFARVISION_LIBTORCH to another folder.", message);
    }

    private static string Bridge() => NativeFiles.Find(NativeFiles.Bridge, typeof(torch).Assembly).First();
}
