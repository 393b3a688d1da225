using System.Runtime.InteropServices;

namespace CifarVision.Runtime.Natives;

/// <summary>The dynamic linker's record of a loaded library on Linux, <c>struct link_map</c> of link.h.</summary>
internal static unsafe partial class LinkMap
{
    // dlfcn.h
    private const int LinkMapOfLibrary = 2;

    [StructLayout(LayoutKind.Sequential)]
    private struct Head
    {
        public nint Address;
        public nint Name;
    }

    /// <summary>
    /// Gives a loaded library another path, under which dlopen then finds it instead of opening the file. The library must stay loaded for the
    /// life of the process, because the name is not freed.
    /// </summary>
    /// <returns>Whether it has that path now.</returns>
    public static bool Rename(nint library, string path)
    {
        Head* map = null;
        try
        {
            if (dlinfo(library, LinkMapOfLibrary, &map) != 0 || map is null)
                return false;
        }
        catch (EntryPointNotFoundException)
        {
            // Before glibc 2.34 the function is in another library.
            return false;
        }

        map->Name = Marshal.StringToCoTaskMemUTF8(path);
        return true;
    }

    [LibraryImport("libc")]
    private static partial int dlinfo(nint library, int request, Head** result);
}
