using System.Runtime.InteropServices;

namespace CifarVision.Serialization;

/// <summary>Exchanges two folders at once, which Linux can do and .NET cannot. Without it, replacing a folder takes two renames.</summary>
internal static partial class FolderExchange
{
    private const int CurrentFolder = -100;
    private const uint Exchange = 2;

    /// <summary>Gives each of two folders the other's name.</summary>
    /// <returns>False if the system or its file system cannot; nothing has changed then.</returns>
    public static bool TryExchange(string first, string second)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            return renameat2(CurrentFolder, first, CurrentFolder, second, Exchange) == 0;
        }
        catch (Exception error) when (error is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int firstFolder, string first, int secondFolder, string second, uint flags);
}
