namespace CifarVision.Serialization;

/// <summary>Writes folders of files atomically: under a temporary name in the same parent, which is then renamed.</summary>
internal static class AtomicFolder
{
    private const string Ending = ".tmp";
    private const string LockEnding = ".lock";

    /// <summary>
    /// Creates or replaces a folder. If writing fails, the old folder is kept and nothing else is left behind; temporary folders of killed processes are
    /// deleted. On Linux the old and the new folder are exchanged atomically. Elsewhere the folder is missing for an instant between two renames.
    /// </summary>
    /// <param name="path">The folder; its parent must exist.</param>
    /// <param name="mayReplace">Whether an entry of the old folder, given by its name, may be deleted. If one may not, nothing is written.</param>
    /// <param name="write">Writes the files into the folder whose path it receives.</param>
    /// <exception cref="DirectoryNotFoundException">The parent does not exist.</exception>
    /// <exception cref="IOException">The folder could not be written; the message names it.</exception>
    /// <exception cref="ArgumentException">The path is that of a file, or of a folder with an entry that may not be deleted.</exception>
    public static void Write(string path, Func<string, bool> mayReplace, Action<string> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string parent = Path.GetDirectoryName(target) ?? throw new ArgumentException($"AtomicFolder: path must name a folder, but was '{path}'.", nameof(path));
        string name = Path.GetFileName(target);
        if (!Directory.Exists(parent))
            throw new DirectoryNotFoundException($"AtomicFolder: the parent of '{name}' must exist, but '{parent}' does not. Create it first.");
        if (File.Exists(target))
            throw new ArgumentException($"AtomicFolder: path must be that of a folder, but '{target}' is a file. Use another name.", nameof(path));
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Select(Path.GetFileName).FirstOrDefault(entry => !mayReplace(entry!)) is { } strange)
            throw new ArgumentException($"AtomicFolder: '{target}' must be empty or contain only files that are replaced, but contains {strange}. Use another folder.", nameof(path));

        RemoveLeftovers(parent, name);
        // In the same parent, since a rename needs one file system.
        string temporary = Path.Combine(parent, $".{name}.{Guid.NewGuid().ToString("N")[..16]}{Ending}");
        try
        {
            // While it is open, it is locked, so that no other process takes the folder for a leftover.
            using FileStream inUse = LockedFile.Create(temporary + LockEnding, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose });
            try
            {
                Directory.CreateDirectory(temporary);
                write(temporary);
                Replace(target, temporary);
            }
            finally
            {
                // The new folder if writing failed, the old one if it was replaced.
                if (Directory.Exists(temporary))
                    Directory.Delete(temporary, recursive: true);
            }
        }
        // The system's message names the temporary folder.
        catch (UnauthorizedAccessException error)
        {
            throw new UnauthorizedAccessException($"'{target}' could not be written: {error.Message}", error);
        }
        catch (Exception error) when (WriteError.Is(error))
        {
            throw WriteError.Of(target, error);
        }
    }

    private static void Replace(string target, string temporary)
    {
        if (!Directory.Exists(target))
        {
            Directory.Move(temporary, target);
            return;
        }

        if (FolderExchange.TryExchange(temporary, target))
            return;
        string old = Path.ChangeExtension(temporary, ".old");
        Directory.Move(target, old);
        try
        {
            Directory.Move(temporary, target);
        }
        catch
        {
            Directory.Move(old, target);
            throw;
        }

        Directory.Delete(old, recursive: true);
    }

    private static void RemoveLeftovers(string parent, string name)
    {
        foreach (string locked in Directory.EnumerateFiles(parent, $".{name}.*{Ending}{LockEnding}"))
        {
            try
            {
                using var inUse = new FileStream(locked, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
                string leftover = locked[..^LockEnding.Length];
                if (Directory.Exists(leftover))
                    Directory.Delete(leftover, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // In use, or gone by now.
            }
        }
    }
}
