using System.Reflection;
using System.Runtime.InteropServices;

namespace CifarVision.Runtime.Natives;

/// <summary>The one message for a torch that does not load: what was looked for, where, and what to do.</summary>
internal static class NativeFailure
{
    /// <summary>The libtorch release that TorchSharp 0.107 was built against; another one lacks symbols.</summary>
    public const string TorchVersion = "2.10.0";

    // A libtorch package exists for each of these.
    private static readonly string[] Platforms = ["linux-x64", "win-x64", "win-arm64", "osx-arm64"];

    /// <summary>Finds out why a library does not load.</summary>
    /// <param name="library">The library's name, as in <see cref="NativeFiles"/>.</param>
    /// <param name="assembly">The assembly that asked for it.</param>
    /// <param name="knownReason">Why loading failed where that was seen already.</param>
    public static string Describe(string library, Assembly assembly, string? knownReason)
    {
        string? path = NativeFiles.Find(library, assembly).FirstOrDefault();
        // The runtime's own advice comes first, the system's reason last.
        string reason = path is null ? "" : (knownReason ?? ReasonOf(path)).Trim().Split('\n')[^1];
        return Describe(NativeFiles.Platform, path ?? NativeFiles.FileName(library), [.. NativeFiles.Folders(assembly)], reason);
    }

    /// <summary>Writes the message.</summary>
    /// <param name="platform">As <c>linux-x64</c>.</param>
    /// <param name="file">The file that is missing, or the path of the one that does not load.</param>
    /// <param name="folders">Where it was looked for.</param>
    /// <param name="reason">Why the file does not load; empty if it is missing.</param>
    public static string Describe(string platform, string file, IReadOnlyList<string> folders, string reason)
    {
        if (!Platforms.Contains(platform))
        {
            return $"CifarVision: torch runs on linux-x64 with glibc, win-x64, win-arm64 and osx-arm64, but this process is {platform}, for which {file} does not exist. "
                + (platform.Contains("musl", StringComparison.Ordinal)
                    ? "Use a system with glibc; for a container a Debian or Ubuntu image, such as mcr.microsoft.com/dotnet/runtime:10.0, instead of Alpine."
                    : "Run the application on one of these, as a 64-bit process.");
        }

        string problem = reason.Length == 0
            ? $"CifarVision: torch's native library {file} must lie beside the application, but was found in none of these folders:\n  {string.Join("\n  ", folders)}"
            : $"CifarVision: torch's native library {file} was found, but does not load:\n  {reason}";
        string redistributable = reason.Length > 0 && platform.StartsWith("win", StringComparison.Ordinal)
            ? "\nIt needs Microsoft's Visual C++ Redistributable, 2015 or later."
            : "";
        return $"{problem}{redistributable}\nRun this in the folder of the application's project:\n  dotnet add package libtorch-cpu-{platform} --version {TorchVersion}";
    }

    /// <summary>Why a file does not load, in the system's words.</summary>
    public static string ReasonOf(string path)
    {
        try
        {
            NativeLibrary.Load(path);
            return "something it depends on is missing";
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            return failure.Message;
        }
    }
}
