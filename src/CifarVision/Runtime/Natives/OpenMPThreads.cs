using System.Runtime.InteropServices;

namespace CifarVision.Runtime.Natives;

/// <summary>
/// Limits how long the threads of libgomp, torch's OpenMP library on Linux, spin while they wait for each other. By default they spin for
/// milliseconds before they sleep. On a machine with other work the thread they wait for may not be running, and they keep it from its processor.
/// </summary>
/// <remarks>libgomp reads its environment once, when it is loaded. Other platforms have Intel's or LLVM's library, which are left alone.</remarks>
internal static partial class OpenMPThreads
{
    /// <summary>libgomp's own variable: how often a waiting thread looks before it sleeps.</summary>
    public const string SpinCount = "GOMP_SPINCOUNT";

    /// <summary>OpenMP's variable, which decides the same. A program or user that sets either has decided.</summary>
    public const string WaitPolicy = "OMP_WAIT_POLICY";

    /// <summary>libgomp's own value where there are more threads than processors; docs/native.md has measurements.</summary>
    public const string ShortSpin = "1000";

    /// <summary>Sets the variable in the environment of native code, unless the user has. Must come before torch is loaded.</summary>
    public static void LimitSpinning()
    {
        // Environment.SetEnvironmentVariable changes .NET's copy only.
        if (OperatingSystem.IsLinux() && getenv(SpinCount) == 0 && getenv(WaitPolicy) == 0)
            _ = setenv(SpinCount, ShortSpin, 0);
    }

    /// <summary>The value that native code sees; null if there is none.</summary>
    internal static string? NativeVariable(string name) => Marshal.PtrToStringUTF8(getenv(name));

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getenv(string name);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
