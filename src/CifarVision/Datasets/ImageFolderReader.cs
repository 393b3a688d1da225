using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>Reads a folder with one subfolder of pictures per class, or a folder of pictures without classes.</summary>
/// <param name="size">Height and width that every picture is resized to.</param>
/// <param name="colorMode">The channels.</param>
/// <param name="cache">Whether all pictures are decoded at once.</param>
/// <param name="scale">Whether models scale the bytes to 0 .. 1.</param>
/// <param name="skipDamaged">Whether damaged pictures are skipped; otherwise they are an error.</param>
/// <param name="warnings">Receives reports of what is skipped or ignored.</param>
internal sealed class ImageFolderReader(Size2D size, ColorMode colorMode, bool cache, bool scale, bool skipDamaged, TextWriter warnings)
{
    /// <summary>Finds the pictures. With a cache, checks that they fit into memory and decodes them on all processors.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="labels">Whether its subfolders are classes.</param>
    /// <param name="validationSplit">The fraction of the pictures used for validation.</param>
    /// <param name="seed">Determines the random order; null keeps the order of the names.</param>
    public ImageFolder Read(string path, bool labels, double validationSplit, long? seed)
    {
        (string[] classNames, (string File, int Class)[] found) = Find(path, labels);
        if (validationSplit != 0)
            _ = BatchSource.SplitAt(found.Length, validationSplit, "ImageDataset: validationSplit");
        if (cache)
            RequireMemory(found.Length, size, colorMode);

        // Files are found class by class; without shuffling, a split cuts off only the last class.
        (string File, int Class)[] pictures = seed is { } given
            ? Array.ConvertAll(new RandomStream(given, "image_folder").Permutation(found.Length), i => found[i])
            : found;
        var decoder = new PictureDecoder(Array.ConvertAll(pictures, picture => picture.File), size, colorMode);
        (NDArray? images, Exception?[] faults) = cache ? decoder.Decode() : (null, skipDamaged ? decoder.Check() : new Exception?[pictures.Length]);
        int[] rows = [.. Enumerable.Range(0, pictures.Length).Where(i => faults[i] is null)];
        string[] skipped = [.. pictures.Where((_, i) => faults[i] is not null).Select(picture => picture.File).Order(StringComparer.Ordinal)];
        if (skipped.Length > 0)
        {
            RequireSkipping(faults, rows.Length);
            pictures = Array.ConvertAll(rows, row => pictures[row]);
            images = images is null ? null : decoder.Keep(images, rows);
        }

        string[] files = Array.ConvertAll(pictures, picture => picture.File);
        NDArray? numbers = labels ? np.array(Array.ConvertAll(pictures, picture => picture.Class)) : null;
        RowSource source = images is null ? new PictureRows(files, size, colorMode) : new RowTable(images);
        var all = new ImageDataset(source, images, numbers, files, classNames.Length, scale);
        (ImageDataset train, ImageDataset? validation) = validationSplit == 0 ? (all, null) : all.Split(validationSplit);
        return new ImageFolder(train, validation, classNames, skipped);
    }

    private (string[] ClassNames, (string File, int Class)[] Pictures) Find(string path, bool labels)
    {
        var search = new PictureSearch(warnings);
        if (!labels)
            return ([], Array.ConvertAll(search.All(path), file => (file, 0)));
        IReadOnlyList<(string Folder, string[] Files)> classes = search.Classes(path);
        return ([.. classes.Select(one => Path.GetFileName(one.Folder))], [.. classes.SelectMany((one, label) => one.Files.Select(file => (file, label)))]);
    }

    private static void RequireMemory(int count, Size2D size, ColorMode colorMode)
    {
        long needed = (long)count * ImageFile.BytesOf(size, colorMode);
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed > available)
        {
            throw new ArgumentOutOfRangeException(
                nameof(size),
                FormattableString.Invariant($"ImageDataset: size must let the {count} pictures fit into memory, but {size} needs {needed >> 20} MB of {available >> 20} MB. Take cache: false, a smaller size or fewer pictures."));
        }
    }

    // Reports all damaged pictures at once, so that users can repair them in one pass.
    private void RequireSkipping(Exception?[] faults, int undamaged)
    {
        Exception[] found = [.. faults.OfType<Exception>().OrderBy(fault => fault.Message, StringComparer.Ordinal)];
        string told = string.Join('\n', found.Select(fault => fault.Message));
        if (!skipDamaged || undamaged == 0)
            throw new InvalidDataException($"ImageDataset: every picture must be readable, but {found.Length} of {faults.Length} are not. Fix or remove them, or take skipDamaged: true:\n{told}", found[0]);
        warnings.WriteLine($"ImageDataset: {found.Length} of {faults.Length} pictures are damaged and were left out:\n{told}");
    }
}
