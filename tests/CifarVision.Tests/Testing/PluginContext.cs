using System.Reflection;
using System.Runtime.Loader;

namespace CifarVision.Tests.Testing;

/// <summary>A plug-in host's load context as .NET's documentation writes it: assemblies and natives by the plug-in's .deps.json.</summary>
/// <param name="plugin">The path of the plug-in's assembly.</param>
internal sealed class PluginContext(string plugin) : AssemblyLoadContext("plug-in")
{
    private readonly AssemblyDependencyResolver _resolver = new(plugin);

    /// <summary>The native libraries that were asked for.</summary>
    public List<string> Natives { get; } = [];

    protected override Assembly? Load(AssemblyName assemblyName) =>
        _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        lock (Natives)
            Natives.Add(unmanagedDllName);
        return _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
    }
}
