using System.Runtime.CompilerServices;
using CifarVision.Runtime;

namespace CifarVision.Tests.Testing;

/// <summary>Many tests touch torch before any type of the library, so the loader registers first.</summary>
internal static class NativeStartup
{
    [ModuleInitializer]
    internal static void Register() => NativeLoader.Register();
}
