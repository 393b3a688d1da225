using System.IO.Enumeration;

namespace CifarVision.Datasets;

/// <summary>Finds the pictures of a folder and reports the files and folders that it ignores.</summary>
/// <param name="warnings">Receives the reports.</param>
internal sealed class PictureSearch(TextWriter warnings)
{
    // Zip archives created on a Mac contain this folder, with a file of attributes named "._" + the picture's name for each picture.
    private const string MacFolder = "__MACOSX";
    private const string MacPrefix = "._";

    private static readonly string[] Endings = [".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp"];

    // Hidden files are skipped by default. A folder that cannot be read is an error, so that no pictures are missed silently.
    private static readonly EnumerationOptions Visible = new() { IgnoreInaccessible = false };
    private static readonly EnumerationOptions VisibleBelow = new() { IgnoreInaccessible = false, RecurseSubdirectories = true };

    private readonly SortedDictionary<string, int> _otherEndings = new(StringComparer.Ordinal);

    /// <summary>Returns the folder of each class, in ordinal order of their names, with its pictures.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">No class has a picture, or the folder is one level too high.</exception>
    public IReadOnlyList<(string Folder, string[] Files)> Classes(string path)
    {
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"ImageDataset: path must be a folder with a folder of pictures for each class, but {path} does not exist or is a file.");
        string[] folders = [.. Directory.EnumerateDirectories(path, "*", Visible).OrderBy(Path.GetFileName, StringComparer.Ordinal)];
        (string Folder, string[] Files)[] classes = [.. folders.Where(folder => Path.GetFileName(folder) != MacFolder).Select(folder => (folder, Pictures(folder)))];
        if (classes.All(one => one.Files.Length == 0))
        {
            throw new InvalidDataException(
                $"ImageDataset: path must be a folder with a folder of pictures for each class, but no folder in {path} has any ({string.Join(' ', Endings)}).{Others()}");
        }

        RequireRightLevel(path, classes);
        if (classes.Length < folders.Length)
            warnings.WriteLine($"ImageDataset: the folder {MacFolder} in {path} comes from a Mac's zip archive and is no class, so it was left out.");
        string[] empty = [.. classes.Where(one => one.Files.Length == 0).Select(one => Path.GetFileName(one.Folder))];
        if (empty.Length > 0)
            warnings.WriteLine($"ImageDataset: each class should have pictures, but there are none of {string.Join(", ", empty)} in {path}.");
        ReportOthers(path);
        return classes;
    }

    /// <summary>Returns all pictures in a folder and below.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There is no picture.</exception>
    public string[] All(string path)
    {
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"ImageDataset: path must be a folder of pictures, but {path} does not exist or is a file.");
        string[] files = Pictures(path);
        if (files.Length == 0)
            throw new InvalidDataException($"ImageDataset: path must be a folder of pictures, but {path} has none ({string.Join(' ', Endings)}).{Others()}");
        ReportOthers(path);
        return files;
    }

    // The folder itself may be a link; links below it are not followed, since they may form cycles.
    private string[] Pictures(string folder)
    {
        var files = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), VisibleBelow)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && IsPicture(entry.FileName),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.FileName.SequenceEqual(MacFolder) && entry.ToFileSystemInfo().LinkTarget is null,
        };

        // File systems list files in any order; only the seed may affect the order.
        return [.. files.Order(StringComparer.Ordinal)];
    }

    private bool IsPicture(ReadOnlySpan<char> name)
    {
        if (name.StartsWith(MacPrefix, StringComparison.Ordinal))
            return false;
        foreach (string ending in Endings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        string other = Path.GetExtension(name).ToString().ToLowerInvariant();
        _otherEndings[other] = _otherEndings.GetValueOrDefault(other) + 1;
        return false;
    }

    private string Others() => _otherEndings.Count == 0 ? "" : $" Files with other endings were left out: {Counted()}. Convert or rename them.";

    private string Counted() => string.Join(", ", _otherEndings.Select(pair => FormattableString.Invariant($"{pair.Value} {(pair.Key.Length == 0 ? "without any" : pair.Key)}")));

    private void ReportOthers(string path)
    {
        if (_otherEndings.Count > 0)
            warnings.WriteLine($"ImageDataset: pictures must end in {string.Join(' ', Endings)}, so these files in {path} were left out: {Counted()}. Convert or rename them if they are pictures.");
    }

    // The folder of the classes is often inside another one, alone or next to others with the same classes, such as train and test.
    private void RequireRightLevel(string path, (string Folder, string[] Files)[] classes)
    {
        if (classes.Any(one => one.Files.Any(file => Path.GetDirectoryName(file) == one.Folder)))
            return;
        string[][] below = [.. classes.Select(one => one.Files.Select(file => Path.GetRelativePath(one.Folder, file).Split(Path.DirectorySeparatorChar)[0]).Distinct().ToArray())];
        if (classes.Length == 1)
        {
            throw new InvalidDataException(
                $"ImageDataset: path must be a folder with a folder of pictures for each class, but {path} has only the folder {Path.GetFileName(classes[0].Folder)}, with pictures in its folders {string.Join(", ", below[0])}. Give {classes[0].Folder}.");
        }

        if (below[0].Length > 1 && below.All(names => names.SequenceEqual(below[0])))
        {
            warnings.WriteLine(
                $"ImageDataset: the classes in {path} are {string.Join(", ", classes.Select(one => Path.GetFileName(one.Folder)))}, but each has the same folders of pictures: {string.Join(", ", below[0])}. If those are the classes, load {classes[0].Folder} and the others one by one.");
        }
    }
}
