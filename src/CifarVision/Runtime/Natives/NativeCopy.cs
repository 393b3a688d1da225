using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CifarVision.Serialization;
using Microsoft.Win32.SafeHandles;

namespace CifarVision.Runtime.Natives;

/// <summary>
/// Loads a shared library from bytes on Linux: from memory, or from a file in the user's cache where the system lets no memory file be
/// loaded. The variable CIFARVISION_NATIVE_CACHE names another folder for that file and makes it the first choice.
/// </summary>
internal static partial class NativeCopy
{
    private const uint CloseOnExec = 1;
    private static int _loads;

    /// <summary>Loads a library.</summary>
    /// <param name="fileName">The name it is to have in memory maps and in the cache.</param>
    /// <param name="image">The whole file.</param>
    /// <exception cref="DllNotFoundException">It does not load, or no copy can be written.</exception>
    public static nint Load(string fileName, byte[] image)
    {
        string? chosen = Environment.GetEnvironmentVariable("CIFARVISION_NATIVE_CACHE");
        if (!string.IsNullOrEmpty(chosen))
            return LoadFromFile(chosen, fileName, image);
        if (TryLoadFromMemory(fileName, image, out nint handle))
            return handle;
        string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (data.Length == 0)
            throw new DllNotFoundException($"no place for a copy of {fileName}: set CIFARVISION_NATIVE_CACHE to a folder of your own");
        return LoadFromFile(Path.Combine(data, "CifarVision", "native"), fileName, image);
    }

    /// <summary>Loads a library from a file that exists in memory only.</summary>
    internal static bool TryLoadFromMemory(string fileName, byte[] image, out nint handle)
    {
        handle = 0;
        try
        {
            using var file = new SafeFileHandle(memfd_create(fileName, CloseOnExec), ownsHandle: true);
            if (file.IsInvalid)
                return false;
            RandomAccess.Write(file, image, 0);
            // The loader knows libraries by path, and numbers of files are used again: each load has a path of its own.
            string ownPath = string.Concat(Enumerable.Repeat("/.", Interlocked.Increment(ref _loads)));
            return NativeLibrary.TryLoad($"/proc/self{ownPath}/fd/{file.DangerousGetHandle()}", out handle);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Loads a library from a file below <paramref name="folder"/>, which is written unless it is there.</summary>
    internal static nint LoadFromFile(string folder, string fileName, byte[] image)
    {
        try
        {
            string home = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(image))[..32]);
            string path = Path.Combine(home, fileName);
            CreatePrivate(home);
            // A file of this name is loaded only if it is, byte for byte, what would be written. Several processes at once write the same.
            if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(image))
                AtomicFile.Write(path, stream => stream.Write(image));
            return NativeLibrary.Load(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DllNotFoundException($"no copy of {fileName} could be written: {failure.Message}", failure);
        }
    }

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);
}
