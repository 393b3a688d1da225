namespace CifarVision.Serialization;

/// <summary>Writes a folder of files so that its name only ever stands for a whole one: beside it under another name, then renamed.</summary>
internal static class AtomicFolder
{
    /// <summary>
    /// Makes a folder or replaces one. If writing fails, the old folder stays and nothing else is left behind. Between two renames there is an
    /// instant in which neither stands there: no system renames a folder over another that holds files.
    /// </summary>
    /// <param name="path">The folder; the one around it must exist.</param>
    /// <param name="mayReplace">Whether an entry of the old folder, given by its name, may be lost. If one may not, nothing is written.</param>
    /// <param name="write">Writes the files into the folder whose path it is given.</param>
    /// <exception cref="DirectoryNotFoundException">The folder around it does not exist.</exception>
    /// <exception cref="ArgumentException">The path is that of a file, or of a folder that holds something that may not be lost.</exception>
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

        // In the same folder, since a rename needs one file system.
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
