using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace CifarVision.Runtime.Natives;

/// <summary>
/// The <c>lib</c> folder of a libtorch in an unpacked archive or in a PyTorch installation, for the CPU or for CUDA, which is used
/// instead of that of a NuGet package. Linux x64 only.
/// </summary>
internal sealed partial class LibtorchFolder
{
    /// <summary>The environment variable with the path of the folder.</summary>
    public const string Variable = "CIFARVISION_LIBTORCH";

    private const int ListedSymbols = 10;

    // Torch loads this library only when it compiles a kernel; it loads NVIDIA's compiler, which needs the driver.
    private const string RuntimeCompiler = "libcaffe2_nvrtc.so";

    // In order of their dependencies. They define all functions that TorchSharp's library calls.
    private static readonly string[] Libraries = ["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];

    // The others exist only in a build with CUDA.
    private static readonly string[] Required = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    private LibtorchFolder(string path) => Path = path;

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>The files of torch's own libraries, dependencies first.</summary>
    public IEnumerable<string> Files => Libraries.Select(library => System.IO.Path.Combine(Path, library)).Where(File.Exists);

    /// <summary>The search path of dependencies: the folder, and NVIDIA's packages next to PyTorch, which have one folder each, or a common one for CUDA 13.</summary>
    public IReadOnlyList<string> SearchFolders
    {
        get
        {
            string packages = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, "..", "..", "nvidia"));
            string[] nvidia = Directory.Exists(packages) ? Directory.GetDirectories(packages) : [];
            return [Path, .. nvidia.Order(StringComparer.Ordinal).Select(package => System.IO.Path.Combine(package, "lib")).Where(Directory.Exists)];
        }
    }

    /// <summary>The version according to files next to the folder, such as <c>2.11.0+cu130</c>; null if there are none.</summary>
    public string? Version => PyTorchVersion ?? ArchiveVersion;

    // PyTorch's torch/version.py.
    private string? PyTorchVersion =>
        TextBeside("version.py") is { } text && VersionLine().Match(text) is { Success: true } match ? match.Groups["version"].Value : null;

    // In pytorch.org's archive the file contains only the version.
    private string? ArchiveVersion => TextBeside("build-version")?.Trim();

    /// <summary>Checks that a folder contains libtorch's libraries.</summary>
    /// <exception cref="DllNotFoundException">It does not, or the platform is not supported; the message says what to do.</exception>
    public static LibtorchFolder Open(string path)
    {
        if (NativeFiles.Platform != "linux-x64")
            throw new DllNotFoundException($"TorchRuntime: {Variable} must be unset on {NativeFiles.Platform}, but was '{path}'. Only Linux on x64 loads libtorch from a folder; reference a libtorch package.");
        string[] missing = [.. Required.Where(library => !File.Exists(System.IO.Path.Combine(path, library)))];
        return missing.Length == 0 ? new LibtorchFolder(System.IO.Path.GetFullPath(path)) : throw new DllNotFoundException(Unusable(path, missing));
    }

    /// <summary>Returns the error for a folder in which libraries are missing.</summary>
    internal static string Unusable(string path, IEnumerable<string> missing)
    {
        string nested = System.IO.Path.Combine(path, "lib");
        string advice = Required.All(library => File.Exists(System.IO.Path.Combine(nested, library)))
            ? $"Set it to '{nested}'."
            : "Set it to the folder lib of an unpacked libtorch, or to that of PyTorch, which python3 -c \"import torch; print(torch.__path__[0] + '/lib')\" prints.";
        string problem = Directory.Exists(path) ? $"which has no {string.Join(", no ", missing)}" : "which does not exist";
        return $"TorchRuntime: {Variable} must be a folder with {string.Join(", ", Required)}, but was '{path}', {problem}. {advice}";
    }

    /// <summary>Checks, without loading anything, that these libraries define all symbols that TorchSharp's library calls, as the linker would with <c>LD_BIND_NOW</c>.</summary>
    /// <param name="bridge">The file of TorchSharp's library.</param>
    /// <exception cref="DllNotFoundException">They do not; the message lists the missing symbols.</exception>
    public void CheckFits(string bridge)
    {
        string[] wanted = [];
        string[] missing = [];
        try
        {
            using (ElfFile file = ElfFile.Open(bridge))
                wanted = [.. file.Undefined];
            missing = wanted;
            foreach (string path in Files)
            {
                using ElfFile file = ElfFile.Open(path);
                missing = [.. missing.Where(symbol => !file.Defines(symbol))];
            }
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or ArgumentException or UnauthorizedAccessException)
        {
            throw new DllNotFoundException($"TorchRuntime: the libraries in '{Path}' must be libtorch's, but could not be read: {failure.Message} Set {Variable} to another folder.", failure);
        }

        if (missing.Length > 0)
            throw new DllNotFoundException(Misfit(Version, Path, missing, wanted.Length));
    }

    /// <summary>Returns the error for an incompatible libtorch.</summary>
    internal static string Misfit(string? version, string path, IReadOnlyList<string> missing, int wanted)
    {
        string more = missing.Count > ListedSymbols ? FormattableString.Invariant($"\n  and {missing.Count - ListedSymbols} more") : "";
        return FormattableString.Invariant(
            $"TorchRuntime: libtorch must be {NativeFailure.TorchVersion}, for which TorchSharp was built, or fit in its place, but {version ?? "one of unknown version"} in '{path}' lacks {missing.Count} of {wanted} symbols:\n  {string.Join("\n  ", missing.Take(ListedSymbols))}{more}\nSet {Variable} to the folder of a libtorch or PyTorch {NativeFailure.TorchVersion}.");
    }

    /// <summary>The libraries in the order of loading: dependencies first, so that each library gets its own ones.</summary>
    public IReadOnlyList<string> LoadOrder()
    {
        IReadOnlyList<string> folders = SearchFolders;
        var seen = new HashSet<string>();
        var order = new List<string>();
        foreach (string library in Libraries.Append(RuntimeCompiler))
            Visit(library);
        return order;

        void Visit(string name)
        {
            if (!seen.Add(name) || folders.Select(folder => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists) is not { } path)
                return;
            foreach (string dependency in DependenciesOf(path))
                Visit(dependency);
            order.Add(path);
        }
    }

    /// <summary>Loads the libraries.</summary>
    /// <returns>The handles of torch's own libraries by file name.</returns>
    /// <exception cref="DllNotFoundException">One of torch's own libraries does not load.</exception>
    public IReadOnlyDictionary<string, nint> Load()
    {
        var handles = new Dictionary<string, nint>();
        foreach (string path in LoadOrder())
        {
            string name = System.IO.Path.GetFileName(path);
            bool isLoaded = NativeLibrary.TryLoad(path, out nint handle);
            // A library of NVIDIA may depend on files that only other systems have. If a library of torch needs it, loading that one fails.
            if (!Libraries.Contains(name))
                continue;
            if (!isLoaded)
                throw new DllNotFoundException($"TorchRuntime: {path} must load, but did not:\n  {NativeFailure.ReasonOf(path).Trim().Split('\n')[^1]}\nInstall what is missing, or set {Variable} to another folder.");
            handles.Add(name, handle);
        }

        return handles;
    }

    private static IReadOnlyList<string> DependenciesOf(string path)
    {
        try
        {
            using ElfFile file = ElfFile.Open(path);
            return file.Dependencies;
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    private string? TextBeside(string name)
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path) ?? Path, name);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    [GeneratedRegex("^__version__ *= *['\"](?<version>[^'\"]+)['\"]", RegexOptions.Multiline)]
    private static partial Regex VersionLine();
}
