using System.Diagnostics;
using CifarVision.Runtime;
using CifarVision.Runtime.Natives;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Runtime.Natives;

/// <summary>A libtorch in another folder. Torch is loaded once a process, so each case is a process of its own that runs one of the tests at the end.</summary>
public sealed class ChosenLibtorchTests : IDisposable
{
    private static readonly string[] Natives = ["libc10.so", "libtorch_cpu.so", "libtorch.so", "libgomp-98b21ff3.so.1"];

    private readonly TemporaryFolder _folder = new();

    public ChosenLibtorchTests() => Assert.SkipUnless(NativeFiles.Platform == "linux-x64", "Linux on x64 only");

    private string Lib => Path.Combine(_folder.Path, "torch", "lib");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(nameof(EnsureLoaded_LoadsOneLibtorch))]
    [InlineData(nameof(TorchSharp_BeforeThisLibrary_Computes))]
    public async Task Variable_ApplicationWithoutLibtorch_IsUsed(string test)
    {
        MoveNatives(copy: false);

        (string output, string errors) = await Run(test, ApplicationWithoutNatives());

        Assert.Contains("Total: 1, Errors: 0, Failed: 0", output, StringComparison.Ordinal);
        Assert.Equal("", errors);
    }

    [Fact]
    public async Task Variable_ApplicationWithLibtorch_IsUsedInstead()
    {
        MoveNatives(copy: true);

        (string output, string errors) = await Run(nameof(EnsureLoaded_LoadsOneLibtorch), AppContext.BaseDirectory);

        Assert.Contains("Total: 1, Errors: 0, Failed: 0", output, StringComparison.Ordinal);
        Assert.Equal("", errors);
    }

    [Fact]
    public async Task Variable_TorchSharpHasLoadedAnother_IsAnError()
    {
        MoveNatives(copy: true);

        (string output, _) = await Run(nameof(TorchSharp_BeforeThisLibrary_Computes), AppContext.BaseDirectory);

        Assert.Contains($"TorchRuntime: the libtorch in '{Lib}' must be the first of the process, but '", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variable_OtherVersion_WarnsNamingBothAndComputes()
    {
        MoveNatives(copy: false);
        File.WriteAllText(_folder.File("torch/version.py"), "__version__ = '2.11.0+cu130'\n");

        (string output, string errors) = await Run(nameof(EnsureLoaded_LoadsOneLibtorch), ApplicationWithoutNatives());

        Assert.Contains("Total: 1, Errors: 0, Failed: 0", output, StringComparison.Ordinal);
        Assert.Equal(
            $"TorchRuntime: the version of libtorch should be 2.10.0, for which TorchSharp was built, but was 2.11.0+cu130 in '{Lib}'. "
            + $"It has all symbols, and is used if {LibtorchProbe.Calls.Count} calls give the recorded results. Tensors on the CPU get their memory from the system.\n",
            errors);
    }

    [Fact]
    public async Task Variable_WrongFolder_IsOneError()
    {
        Directory.CreateDirectory(Lib);

        (string output, _) = await Run(nameof(EnsureLoaded_LoadsOneLibtorch), ApplicationWithoutNatives());

        Assert.Contains("Total: 1, Errors: 0, Failed: 1", output, StringComparison.Ordinal);
        Assert.Contains($"System.DllNotFoundException : TorchRuntime: CIFARVISION_LIBTORCH must be a folder with libc10.so, libtorch_cpu.so, libtorch.so, but was '{Lib}', which has no ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Property_AfterTheFirstUse_Throws()
    {
        TorchRuntime.EnsureLoaded();
        string? before = TorchRuntime.LibtorchFolder;

        var error = Assert.Throws<InvalidOperationException>(() => TorchRuntime.LibtorchFolder = "/opt/libtorch/lib");

        Assert.StartsWith("TorchRuntime: LibtorchFolder must be set before torch is loaded, but was set to '/opt/libtorch/lib' after it.", error.Message);
        Assert.Equal(before, TorchRuntime.LibtorchFolder);
    }

    [Fact]
    public void EnsureLoaded_LoadsOneLibtorch()
    {
        TorchRuntime.EnsureLoaded();

        AssertOneLibtorch();
    }

    [Fact]
    public void TorchSharp_BeforeThisLibrary_Computes()
    {
        using (Tensor x = torch.ones(2, 3))
            Assert.Equal(6, x.sum().item<float>());

        TorchRuntime.EnsureLoaded();

        AssertOneLibtorch();
    }

    // In the folder that was chosen, if one was.
    private static void AssertOneLibtorch()
    {
        string[] loaded = [.. File.ReadLines("/proc/self/maps").Where(line => line.EndsWith("/libtorch_cpu.so", StringComparison.Ordinal)).Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..]).Distinct()];
        string expected = Path.Combine(TorchRuntime.LibtorchFolder ?? AppContext.BaseDirectory, "libtorch_cpu.so");
        Assert.Equal(File.ResolveLinkTarget(expected, returnFinalTarget: true)?.FullName ?? expected, Assert.Single(loaded));
    }

    private void MoveNatives(bool copy)
    {
        Directory.CreateDirectory(Lib);
        foreach (string native in Natives)
        {
            string source = Path.Combine(AppContext.BaseDirectory, native);
            if (copy)
                File.Copy(File.ResolveLinkTarget(source, returnFinalTarget: true)?.FullName ?? source, Path.Combine(Lib, native));
            else
                File.CreateSymbolicLink(Path.Combine(Lib, native), source);
        }
    }

    // Without the list of its files, in which libtorch stands, the application consists of what lies in its folder.
    private string ApplicationWithoutNatives()
    {
        string application = _folder.File("application");
        Directory.CreateDirectory(application);
        foreach (string path in Directory.GetFileSystemEntries(AppContext.BaseDirectory))
        {
            string name = Path.GetFileName(path);
            string target = Path.Combine(application, name);
            // The program looks for the rest beside its real file.
            if (name is "CifarVision.Tests" or "CifarVision.Tests.dll")
                File.Copy(path, target);
            else if (!Natives.Contains(name) && !name.EndsWith(".deps.json", StringComparison.Ordinal))
                File.CreateSymbolicLink(target, path);
        }

        return application;
    }

    private async Task<(string Output, string Errors)> Run(string test, string application)
    {
        var start = new ProcessStartInfo(Path.Combine(application, "CifarVision.Tests"), ["-method", $"{typeof(ChosenLibtorchTests).FullName}.{test}", "-noLogo"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { [LibtorchFolder.Variable] = Lib },
        };
        using Process child = Process.Start(start)!;
        Task<string> output = child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = await child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        return (await output, errors);
    }
}
