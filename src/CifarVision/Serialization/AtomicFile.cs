using System.IO.Hashing;
using System.Text;

namespace CifarVision.Serialization;

/// <summary>Writes files atomically: under a temporary name in the same folder, which is then renamed.</summary>
internal static class AtomicFile
{
    private const string Ending = ".tmp";

    // File systems allow 255 bytes for a name; the temporary one adds a point, a number and its ending.
    private const int LongestStem = 200;

    /// <summary>
    /// Creates or replaces a file. If writing fails, the old file is kept and nothing else is left behind; temporary files of killed processes are
    /// deleted. The new file has the permissions of the old one. If the path is a symbolic link, its target is replaced.
    /// </summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content; the stream can seek.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">The file could not be written; the message names it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to; the message names the file.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string target = Path.GetFullPath(path);
        var link = new FileInfo(target);
        if (link.LinkTarget is not null)
            target = link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        string folder = Path.GetDirectoryName(target) ?? throw new ArgumentException($"AtomicFile: path must name a file, but was '{path}'.", nameof(path));
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"AtomicFile: the folder of '{Path.GetFileName(target)}' must exist, but '{folder}' does not. Create it first.");
        try
        {
            RemoveLeftovers(folder, Path.GetFileName(target));
            Replace(folder, target, write);
        }
        // The system's message names the temporary file.
        catch (UnauthorizedAccessException error)
        {
            throw new UnauthorizedAccessException($"'{target}' could not be written: {error.Message}", error);
        }
        catch (Exception error) when (WriteError.Is(error))
        {
            throw WriteError.Of(target, error);
        }
    }

    // In the same folder, since a rename is atomic only within one file system.
    private static void Replace(string folder, string target, Action<Stream> write)
    {
        string temporary = Path.Combine(folder, $".{Stem(Path.GetFileName(target))}.{Guid.NewGuid().ToString("N")[..16]}{Ending}");
        UnixFileMode? mode = !OperatingSystem.IsWindows() && File.Exists(target) ? File.GetUnixFileMode(target) : null;
        // Unbuffered, so that closing a file on a full disk writes nothing.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete, BufferSize = 0 };
        if (mode is { } former && !OperatingSystem.IsWindows())
            options.UnixCreateMode = former;
        using FileStream stream = LockedFile.Create(temporary, options);
        try
        {
            write(stream);
            stream.Flush(flushToDisk: true);
            // The mode at creation is reduced by the process's mask.
            if (mode is { } kept && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(temporary, kept);
            // While it is open, it is locked, so that no other process takes it for a leftover.
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    // A process that is writing holds its file open, which locks it.
    private static void RemoveLeftovers(string folder, string name)
    {
        foreach (string leftover in Find(folder, name))
        {
            try
            {
                new FileStream(leftover, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // In use, or gone by now.
            }
        }
    }

    // A folder may be written to without being listed.
    private static string[] Find(string folder, string name)
    {
        try
        {
            return Directory.GetFiles(folder, $".{Stem(name)}.*{Ending}");
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Stem(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        return bytes.Length <= LongestStem ? name : Convert.ToHexStringLower(XxHash128.Hash(bytes));
    }
}
