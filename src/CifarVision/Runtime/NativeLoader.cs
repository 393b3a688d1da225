using System.ComponentModel;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using CifarVision.Runtime.Natives;

namespace CifarVision.Runtime;

/// <summary>Makes TorchSharp's native library load on Linux systems with a libstdc++ older than that of GCC 13.</summary>
/// <remarks>
/// libLibTorchSharp.so 0.107 requires two symbol versions that Debian 12, Ubuntu 22.04 and RHEL 9 lack, but calls no function that needs them:
/// GLIBCXX_3.4.32 belongs to a symbol without relocation, GLIBCXX_3.4.30 to a C++ data loader that TorchSharp does not use and that is bound lazily. So a copy
/// in which both requirements are weak is loaded, but only after normal loading has failed.
/// </remarks>
public static class NativeLoader
{
    private static readonly string[] UnusedVersions = ["GLIBCXX_3.4.30", "GLIBCXX_3.4.32"];
    private static readonly Lock Gate = new();
    private static bool _registered;
    private static nint _bridge;
    private static string? _copyFailure;

    /// <summary>
    /// Prepares the process for loading torch; loads nothing. The package adds a call to every application, since the first use of
    /// <c>TorchSharp.torch</c> may come before the first use of this library.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static void Register()
    {
        OpenMPThreads.LimitSpinning();
        if (!NeedsCopy)
            return;
        lock (Gate)
        {
            if (_registered)
                return;
            _registered = true;

            // Not NativeLibrary.SetDllImportResolver: TorchSharp first probes with NativeLibrary.TryLoad, which asks no such resolver.
            AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(typeof(NativeLoader).Assembly) ?? AssemblyLoadContext.Default;
            context.ResolvingUnmanagedDll += Resolve;
            if (context != AssemblyLoadContext.Default)
                AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
        }
    }

    /// <summary>
    /// Loads torch in the order of TorchSharp's static constructor, but before it runs: a failure in there is final for the process and
    /// may copy the whole of libtorch into the output folder first.
    /// </summary>
    /// <exception cref="DllNotFoundException">A native library is missing or does not load; the message says what to do.</exception>
    internal static void Load()
    {
        Register();
        Assembly torchSharp = typeof(torch).Assembly;
        ChosenLibtorch.Load(torchSharp);
        bool hasTorch = NativeFiles.TryLoadByName(NativeFiles.Torch, torchSharp, out _);
        if (NativeFiles.TryLoadByName(NativeFiles.Bridge, torchSharp, out _) || (NeedsCopy && TryLoadCopyInPlugin(torchSharp)))
            return;
        throw new DllNotFoundException(NativeFailure.Describe(hasTorch ? NativeFiles.Bridge : NativeFiles.Torch, torchSharp, _copyFailure));
    }

    // The platform whose libstdc++ may be too old for TorchSharp's library.
    private static bool NeedsCopy => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>
    /// Loads the copy where a plug-in's load context throws for the original, so that the runtime never raises ResolvingUnmanagedDll. TorchSharp
    /// loads its library through that context too; the copy therefore takes the original's path, and the context finds it there.
    /// </summary>
    private static bool TryLoadCopyInPlugin(Assembly torchSharp)
    {
        nint copy = Resolve(torchSharp, NativeFiles.Bridge);
        return copy != 0
            && NativeFiles.Find(NativeFiles.Bridge, torchSharp).Any(path => LinkMap.Rename(copy, path) && NativeFiles.TryLoadByName(NativeFiles.Bridge, torchSharp, out _));
    }

    private static nint Resolve(Assembly assembly, string name)
    {
        // The program used TorchSharp before this library.
        ChosenLibtorch.Load(typeof(torch).Assembly);
        if (ChosenLibtorch.Handle(name) is not 0 and nint chosen)
            return chosen;
        if (name != NativeFiles.Bridge && name != "lib" + NativeFiles.Bridge && name != NativeFiles.FileName(NativeFiles.Bridge))
            return 0;
        lock (Gate)
            return _bridge != 0 ? _bridge : _bridge = LoadCopy(assembly);
    }

    private static nint LoadCopy(Assembly assembly)
    {
        // The copy lies elsewhere, so that $ORIGIN leads nowhere: what it depends on is found by name among what is loaded already.
        if (!NativeFiles.TryLoad(NativeFiles.TorchCore, assembly, out _) || !NativeFiles.TryLoad(NativeFiles.Torch, assembly, out _) || !NativeFiles.TryLoad("torch", assembly, out _))
            return 0;
        foreach (string path in NativeFiles.Find(NativeFiles.Bridge, assembly))
        {
            if (NativeLibrary.TryLoad(path, out nint handle))
                return handle;
            byte[] image = File.ReadAllBytes(path);
            bool changed = false;
            foreach (string version in UnusedVersions)
                changed |= ElfVersionNeeds.Weaken(image, version);
            if (!changed)
                continue;
            try
            {
                return NativeCopy.Load(Path.GetFileName(path), image);
            }
            catch (DllNotFoundException failure)
            {
                _copyFailure = failure.Message;
            }
        }

        return 0;
    }
}
