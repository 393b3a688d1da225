using System.IO.Enumeration;
using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>Reads a folder with one subfolder of pictures per class.</summary>
internal static unsafe class ImageFolderReader
{
    private const int FaultsTold = 10;
    private static readonly string[] Endings = [".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp"];

    // Hidden files are skipped by default. A folder that cannot be read is an error, so that no pictures are left out silently.
    private static readonly EnumerationOptions Visible = new() { IgnoreInaccessible = false };
    private static readonly EnumerationOptions VisibleBelow = new() { IgnoreInaccessible = false, RecurseSubdirectories = true };

    /// <summary>Finds the pictures. With a cache, checks that they fit into memory and decodes them on all processors.</summary>
    public static ImageFolder Read(string path, Size2D size, double validationSplit, long seed, bool cache)
    {
        string[] classes = ClassFolders(path);
        (string File, int Class)[] found = [.. classes.SelectMany((folder, label) => Pictures(folder).Select(file => (file, label)))];
        if (found.Length == 0)
        {
            throw new InvalidDataException(
                $"ImageDataset: path must be a folder with a folder of pictures for each class, but no folder in {path} has any ({string.Join(' ', Endings)}).");
        }

        if (validationSplit != 0)
            _ = BatchSource.SplitAt(found.Length, validationSplit, "ImageDataset: validationSplit");
        if (cache)
            RequireMemory(found.Length, size);

        // Files are found class by class; without shuffling, a split would cut off only the last class.
        (string File, int Class)[] pictures = Array.ConvertAll(new RandomStream(seed, "image_folder").Permutation(found.Length), i => found[i]);
        NDArray labels = np.array(Array.ConvertAll(pictures, picture => picture.Class));
        string[] files = Array.ConvertAll(pictures, picture => picture.File);
        ImageDataset all = cache ? new ImageDataset(Decode(files, size), labels, classes.Length) : new ImageDataset(new PictureRows(files, size), labels, classes.Length);
        (ImageDataset train, ImageDataset? validation) = validationSplit == 0 ? (all, null) : all.Split(validationSplit);
        return new ImageFolder(train, validation, Array.ConvertAll(classes, folder => Path.GetFileName(folder)));
    }

    private static string[] ClassFolders(string path)
    {
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"ImageDataset: path must be a folder with a folder of pictures for each class, but {path} does not exist or is a file.");
        return [.. Directory.EnumerateDirectories(path, "*", Visible).OrderBy(Path.GetFileName, StringComparer.Ordinal)];
    }

    // The folder of a class may be a link; links below it are not followed, since they may form cycles.
    private static string[] Pictures(string classFolder)
    {
        var files = new FileSystemEnumerable<string>(classFolder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), VisibleBelow)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && HasEnding(entry.FileName),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => entry.ToFileSystemInfo().LinkTarget is null,
        };

        // File systems list files in any order; only the seed may affect the order.
        return [.. files.Order(StringComparer.Ordinal)];
    }

    private static bool HasEnding(ReadOnlySpan<char> name)
    {
        foreach (string ending in Endings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static void RequireMemory(int count, Size2D size)
    {
        long needed = (long)count * ImageFile.BytesOf(size);
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed > available)
        {
            throw new ArgumentOutOfRangeException(
                nameof(size),
                FormattableString.Invariant($"ImageDataset: size must let the {count} pictures fit into memory, but {size} needs {needed >> 20} MB of {available >> 20} MB. Take a smaller size or fewer pictures."));
        }
    }

    private static NDArray Decode(string[] files, Size2D size)
    {
        NDArray images = ImageMemory.Empty(files.Length, size.Height, size.Width, ImageFile.Channels);
        int imageBytes = ImageFile.BytesOf(size);
        byte* first = ArrayConversion.Address(images);
        var faults = new Exception?[files.Length];
        Parallel.For(0, files.Length, i =>
        {
            try
            {
                ImageFile.Read(files[i], size, new Span<byte>(first + ((long)i * imageBytes), imageBytes));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                faults[i] = error;
            }
        });
        GC.KeepAlive(images);
        RequireNoFault(faults);
        return images;
    }

    // Reports all damaged pictures at once, so that users need not start again for each.
    private static void RequireNoFault(Exception?[] faults)
    {
        Exception[] found = [.. faults.OfType<Exception>().OrderBy(fault => fault.Message, StringComparer.Ordinal)];
        if (found.Length == 0)
            return;
        string told = string.Join('\n', found.Take(FaultsTold).Select(fault => fault.Message));
        string more = found.Length > FaultsTold ? $"\nand {found.Length - FaultsTold} more" : "";
        throw new InvalidDataException($"ImageDataset: every picture must be readable, but {found.Length} of {faults.Length} are not. Fix or remove:\n{told}{more}", found[0]);
    }
}
