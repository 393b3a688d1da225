namespace CifarVision.Serialization;

/// <summary>Writes folders of files atomically: under a temporary name in the same parent, which is then renamed.</summary>
internal static class AtomicFolder
{
    /// <summary>
    /// Creates or replaces a folder. If writing fails, the old folder is kept and nothing else is left behind. The folder is missing for an instant between two
    /// renames, because no system renames a folder over one that is not empty.
    /// </summary>
    /// <param name="path">The folder; its parent must exist.</param>
    /// <param name="mayReplace">Whether an entry of the old folder, given by its name, may be deleted. If one may not, nothing is written.</param>
    /// <param name="write">Writes the files into the folder whose path it receives.</param>
    /// <exception cref="DirectoryNotFoundException">The parent does not exist.</exception>
    /// <exception cref="ArgumentException">The path is that of a file, or of a folder with an entry that may not be deleted.</exception>
    public static void Write(string path, Func<string, bool> mayReplace, Action<string> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string around = Path.GetDirectoryName(target) ?? throw new ArgumentException($"The path must name a folder, but was '{path}'.", nameof(path));
        string name = Path.GetFileName(target);
        if (!Directory.Exists(around))
            throw new DirectoryNotFoundException($"The folder '{around}' for '{name}' does not exist. Create it first.");
        if (File.Exists(target))
            throw new ArgumentException($"The path must be that of a folder, but '{target}' is a file. Give another name.", nameof(path));
        bool isThere = Directory.Exists(target);
        if (isThere && Directory.EnumerateFileSystemEntries(target).Select(Path.GetFileName).FirstOrDefault(entry => !mayReplace(entry!)) is { } strange)
            throw new ArgumentException($"The folder '{target}' must be empty or hold nothing but what is replaced, but holds {strange}. Give a folder of its own.", nameof(path));

        // In the same parent, since a rename needs one file system.
        string temporary = Path.Combine(around, $".{name}.{Guid.NewGuid():N}.tmp");
        string old = Path.ChangeExtension(temporary, ".old");
        try
        {
            Directory.CreateDirectory(temporary);
            write(temporary);
            if (isThere)
                Directory.Move(target, old);
            Directory.Move(temporary, target);
        }
        catch
        {
            if (Directory.Exists(old) && !Directory.Exists(target))
                Directory.Move(old, target);
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
            throw;
        }

        if (isThere)
            Directory.Delete(old, recursive: true);
    }
}
