using System.Runtime.InteropServices;

namespace CifarVision.Tests.Testing;

/// <summary>What native code prints on the process's standard error, which Console.SetError does not see.</summary>
internal static partial class StandardError
{
    private const int Descriptor = 2;

    /// <summary>Runs an action and gives what was printed meanwhile. Linux and macOS only.</summary>
    public static string Capture(Action action)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file descriptors are redirected on Unix only");
        string path = Path.GetTempFileName();
        int before = dup(Descriptor);
        using (FileStream file = File.OpenWrite(path))
            Assert.Equal(Descriptor, dup2((int)file.SafeFileHandle.DangerousGetHandle(), Descriptor));
        try
        {
            action();
        }
        finally
        {
            _ = dup2(before, Descriptor);
            _ = close(before);
        }

        string printed = File.ReadAllText(path);
        File.Delete(path);
        return printed;
    }

    [LibraryImport("libc")]
    private static partial int dup(int descriptor);

    [LibraryImport("libc")]
    private static partial int dup2(int from, int to);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
