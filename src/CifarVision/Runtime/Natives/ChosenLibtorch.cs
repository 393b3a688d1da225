using System.Reflection;
using System.Runtime.InteropServices;

namespace CifarVision.Runtime.Natives;

/// <summary>The libtorch of this process if the user has set its folder, by <see cref="LibtorchFolder.Variable"/> or in the program.</summary>
internal static partial class ChosenLibtorch
{
    private static readonly Lock Gate = new();
    private static string? _path;
    private static bool _isSet;
    private static LibtorchFolder? _loaded;
    private static IReadOnlyDictionary<string, nint> _handles = new Dictionary<string, nint>();

    /// <summary>The folder; null for the libtorch next to the application. By default the value of the variable.</summary>
    public static string? Path
    {
        get => _isSet ? _path : Environment.GetEnvironmentVariable(LibtorchFolder.Variable) is { Length: > 0 } value ? value : null;
        set => (_path, _isSet) = (value, true);
    }

    /// <summary>Loads the libtorch of the folder, if one was set. Later loads of torch by name then return it.</summary>
    /// <param name="torchSharp">TorchSharp's assembly; its native library is in the same folder.</param>
    /// <exception cref="DllNotFoundException">The libtorch is incompatible or does not load, or another one was loaded before.</exception>
    public static void Load(Assembly torchSharp)
    {
        lock (Gate)
        {
            if (_loaded is not null || Path is not { } path)
                return;
            LibtorchFolder folder = LibtorchFolder.Open(path);
            if (NativeFiles.Find(NativeFiles.Bridge, torchSharp).FirstOrDefault() is { } bridge)
                folder.CheckFits(bridge);
            CheckIsFirst(folder);
            _handles = folder.Load();
            // Otherwise a package's libtorch next to the application would be found by its path before the loaded one.
            foreach ((string file, nint handle) in _handles)
            {
                if (NativeFiles.FindFile(file, torchSharp).FirstOrDefault() is { } beside)
                    LinkMap.Rename(handle, beside);
            }

            _loaded = folder;
        }
    }

    /// <summary>Returns the handle of one of its libraries; 0 if it is not loaded.</summary>
    /// <param name="name">The name, such as <c>torch_cpu</c>, or the file name.</param>
    public static nint Handle(string name) =>
        _handles.TryGetValue(name, out nint handle) || _handles.TryGetValue(NativeFiles.FileName(name), out handle) ? handle : 0;

    /// <summary>Warns if the version is not the one that TorchSharp was built for, and then checks that it computes the recorded results.</summary>
    /// <param name="output">Receives the warning before the first call, because a call may end the process.</param>
    /// <returns>Whether it is another version.</returns>
    /// <exception cref="DllNotFoundException">The result of a call is wrong.</exception>
    public static bool CheckVersion(TextWriter output)
    {
        if (_loaded is not { } folder)
            return false;
        string? version = folder.Version ?? LibtorchVersion.Decode(LibtorchVersion.OfLibrary());
        if (LibtorchVersion.IsExpected(version))
            return false;
        output.WriteLine(Warning(version, folder.Path));
        if (LibtorchProbe.FirstFailure() is { } failure)
            throw new DllNotFoundException($"TorchRuntime: libtorch {version ?? "of unknown version"} must compute as {NativeFailure.TorchVersion}, but {failure} Set {LibtorchFolder.Variable} to the folder of a libtorch or PyTorch {NativeFailure.TorchVersion}.");
        return true;
    }

    /// <summary>Returns the warning about another version.</summary>
    /// <param name="version">The version; null if unknown.</param>
    /// <param name="folder">The path of the folder.</param>
    internal static string Warning(string? version, string folder) =>
        $"TorchRuntime: the version of libtorch should be {NativeFailure.TorchVersion}, for which TorchSharp was built, but was {version ?? "unknown"} in '{folder}'. "
        + FormattableString.Invariant($"It has all symbols, and is used if {LibtorchProbe.Calls.Count} calls give the recorded results. Tensors on the CPU get their memory from the system.");

    /// <summary>Returns the error for two libtorchs in one process.</summary>
    /// <param name="folder">The path of the folder that was chosen.</param>
    /// <param name="other">The library that was loaded before.</param>
    internal static string Conflict(string folder, string other) =>
        $"TorchRuntime: the libtorch in '{folder}' must be the first of the process, but '{other}' was loaded before it. Use CifarVision before TorchSharp, or remove the libtorch package from the application.";

    // Two libtorchs in one process would register all operators twice.
    private static void CheckIsFirst(LibtorchFolder folder)
    {
        string own = RealPath(folder.Files.First(file => file.EndsWith(NativeFiles.FileName(NativeFiles.Torch), StringComparison.Ordinal)));
        string? other = File.ReadLines("/proc/self/maps")
            .Select(line => line.IndexOf('/', StringComparison.Ordinal) is > 0 and int at ? line[at..] : "")
            .FirstOrDefault(file => System.IO.Path.GetFileName(file) == NativeFiles.FileName(NativeFiles.Torch) && file != own);
        if (other is not null)
            throw new DllNotFoundException(Conflict(folder.Path, other));
    }

    private static string RealPath(string path)
    {
        nint resolved = realpath(path, 0);
        if (resolved == 0)
            return path;
        string result = Marshal.PtrToStringUTF8(resolved)!;
        free(resolved);
        return result;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint realpath(string path, nint buffer);

    [LibraryImport("libc")]
    private static partial void free(nint memory);
}
