using System.Runtime.InteropServices;

namespace CifarVision.Runtime.Natives;

/// <summary>The version of libtorch according to the loaded library (<c>aoti_torch_abi_version</c>, torch/csrc/inductor/aoti_torch/c/shim.h).</summary>
internal static unsafe class LibtorchVersion
{
    /// <summary>One byte each for major, minor and patch, then five others; 0 if unknown.</summary>
    public static ulong OfLibrary() =>
        NativeFiles.TryLoad(NativeFiles.Torch, typeof(torch).Assembly, out nint library) && NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out nint version)
            ? ((delegate* unmanaged<ulong>)version)()
            : 0;

    /// <summary>Returns the version as text, such as <c>2.10.0</c>; null if unknown.</summary>
    public static string? Decode(ulong version)
    {
        ulong number = version >> 40;
        return number == 0 ? null : FormattableString.Invariant($"{number >> 16}.{(number >> 8) & 0xFF}.{number & 0xFF}");
    }

    /// <summary>Whether a version has the major and minor number that TorchSharp was built for.</summary>
    /// <param name="version">The version, such as <c>2.10.0+cu128</c>; null if unknown.</param>
    public static bool IsExpected(string? version)
    {
        string[] expected = NativeFailure.TorchVersion.Split('.');
        return version is not null && version.Split('.', '+') is [string major, string minor, ..] && major == expected[0] && minor == expected[1];
    }
}
