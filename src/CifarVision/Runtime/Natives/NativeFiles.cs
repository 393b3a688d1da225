using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace CifarVision.Runtime.Natives;

/// <summary>Where torch's native libraries may lie: where the runtime looks, and the folders that builds and publishing fill.</summary>
internal static class NativeFiles
{
    /// <summary>libtorch's computation on the CPU; brought by a libtorch package of the application's choice.</summary>
    public const string Torch = "torch_cpu";

    /// <summary>What libtorch's libraries share: devices, allocators, errors.</summary>
    public const string TorchCore = "c10";

    /// <summary>TorchSharp's own library between .NET and libtorch; brought by the TorchSharp package.</summary>
    public const string Bridge = "LibTorchSharp";

    /// <summary>The platform of this process as packages name it: <c>linux-x64</c>, <c>linux-musl-x64</c>, <c>osx-arm64</c>.</summary>
    public static string Platform
    {
        get
        {
            string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : IsMusl() ? "linux-musl" : "linux";
            return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        }
    }

    /// <summary>A library's file name on this system.</summary>
    public static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    /// <summary>The folders, each once, in the order of search.</summary>
    public static IEnumerable<string> Folders(Assembly assembly)
    {
        string[] known = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator);
        string? home = Path.GetDirectoryName(Location(assembly));
        // Scripts and notebooks load it from its package, where it lies in lib/net8.0.
        string? package = Path.GetDirectoryName(Path.GetDirectoryName(home));
        string?[] others = [AppContext.BaseDirectory, NativesBelow(AppContext.BaseDirectory), home, NativesBelow(home), NativesBelow(package)];
        return known.Concat(others).Where(folder => !string.IsNullOrEmpty(folder)).Select(folder => Path.TrimEndingDirectorySeparator(folder!)).Distinct();
    }

    /// <summary>The existing files of a library, in the order of search.</summary>
    public static IEnumerable<string> Find(string library, Assembly assembly) => FindFile(FileName(library), assembly);

    /// <summary>The existing files of a name, in the order of search.</summary>
    public static IEnumerable<string> FindFile(string name, Assembly assembly) =>
        Folders(assembly).Select(folder => Path.Combine(folder, name)).Where(File.Exists);

    /// <summary>Loads a library by the runtime's search alone.</summary>
    /// <remarks>
    /// <see cref="NativeLibrary.TryLoad(string, Assembly, DllImportSearchPath?, out nint)"/> throws where a plug-in's load context throws: its
    /// LoadUnmanagedDll usually calls LoadUnmanagedDllFromPath, which does for a file that does not load.
    /// </remarks>
    public static bool TryLoadByName(string library, Assembly assembly, out nint handle)
    {
        try
        {
            return NativeLibrary.TryLoad(library, assembly, null, out handle);
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            handle = 0;
            return false;
        }
    }

    /// <summary>Loads a library by the runtime's search, or else from the first of its files that loads.</summary>
    public static bool TryLoad(string library, Assembly assembly, out nint handle)
    {
        if (TryLoadByName(library, assembly, out handle))
            return true;
        foreach (string path in Find(library, assembly))
        {
            if (NativeLibrary.TryLoad(path, out handle))
                return true;
        }

        return false;
    }

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "An assembly inside a single-file application has no location; then the other folders are searched.")]
    private static string Location(Assembly assembly) => assembly.Location;

    private static string? NativesBelow(string? folder) =>
        string.IsNullOrEmpty(folder) ? null : Path.Combine(folder, "runtimes", Platform, "native");

    private static bool IsMusl() =>
        RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) || RuntimeInformation.RuntimeIdentifier.StartsWith("alpine", StringComparison.Ordinal);
}
