using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>
/// Images, usually with labels, stored as bytes and scaled to 0..1 batch by batch, which takes a quarter of the memory of float32 arrays. For your own images,
/// create a dataset from two arrays, or load a folder of pictures.
/// </summary>
public sealed class ImageDataset
{
    private readonly RowSource _rows;
    private readonly NDArray? _images;
    private readonly NDArray? _labels;

    /// <summary>Creates a dataset from two arrays. Contiguous arrays are not copied, so do not change them afterwards.</summary>
    /// <param name="images">(N, H, W, C), uint8, at least one image; C is 3 for red, green and blue, 1 for gray.</param>
    /// <param name="labels">(N,) or (N, 1), of an integer type, from 0 to <paramref name="classCount"/> - 1.</param>
    /// <param name="classCount">The number of classes, at least 1; by default the largest label + 1.</param>
    /// <param name="scale">Whether models get the bytes divided by 255. Default true. False passes them unscaled, for a model that begins with <c>Rescaling</c>.</param>
    /// <exception cref="ArgumentException">A type or shape is wrong, or the numbers of images and labels differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is negative or too large, or the class count is less than 1.</exception>
    public ImageDataset(NDArray images, NDArray labels, int? classCount = null, bool scale = true)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        RequireImages(images);
        if (classCount < 1)
            throw new ArgumentOutOfRangeException(nameof(classCount), $"ImageDataset: classCount must be at least 1, but was {classCount}.");
        long[] classes = Datasets.Labels.ReadIntegers(labels, nameof(ImageDataset));
        if (classes.Length != images.shape[0])
            throw new ArgumentException($"ImageDataset: labels must be one for each of the {images.shape[0]} images, but was {classes.Length}.", nameof(labels));

        ClassCount = Datasets.Labels.CountClasses(classes, classCount, nameof(ImageDataset));
        _images = np.ascontiguousarray(images);
        _labels = labels.reshape(classes.Length, 1);
        _rows = new RowTable(_images);
        FilePaths = [];
        Scale = ScaleOf(scale);
    }

    /// <summary>Creates a dataset of pictures.</summary>
    /// <param name="rows">The pixels, in memory or on disk.</param>
    /// <param name="images">The array of the pixels, if they are in memory.</param>
    /// <param name="labels">A label for each picture, or null.</param>
    /// <param name="files">The file of each picture.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="scale">Whether models get the bytes divided by 255.</param>
    internal ImageDataset(RowSource rows, NDArray? images, NDArray? labels, IReadOnlyList<string> files, int classCount, bool scale)
    {
        (_rows, _images, FilePaths, ClassCount, Scale) = (rows, images, files, classCount, ScaleOf(scale));
        _labels = labels?.reshape(rows.Count, 1);
    }

    private ImageDataset(ImageDataset whole, int start, int count)
    {
        string range = FormattableString.Invariant($"{start}:{start + count}");
        _images = whole._images?[range];
        _labels = whole._labels?[range];
        FilePaths = whole.FilePaths.Count == 0 ? [] : [.. whole.FilePaths.Skip(start).Take(count)];
        (ClassCount, Scale) = (whole.ClassCount, whole.Scale);
        _rows = whole._rows.Rows(start, count);
    }

    /// <summary>The number of images.</summary>
    public int Count => _rows.Count;

    /// <summary>The shape of one image, (H, W, C), which is the <c>inputShape</c> of a model.</summary>
    public TensorShape ImageShape => _rows.RowShape;

    /// <summary>The number of classes, which is the number of units of a model's last layer; two classes need one unit only, with a sigmoid. 0 without labels.</summary>
    public int ClassCount { get; }

    /// <summary>The factor that models apply to each byte: 1/255, or 1 if the dataset was created with <c>scale: false</c>. The images themselves are 0 to 255.</summary>
    public double Scale { get; }

    /// <summary>The file of each picture that was loaded from a folder, in the order of the rows (Keras: <c>dataset.file_paths</c>); empty for arrays.</summary>
    public IReadOnlyList<string> FilePaths { get; }

    /// <summary>Whether the images have labels. A dataset without labels is only for Predict.</summary>
    public bool HasLabels => _labels is not null;

    /// <summary>The images, (N, H, W, C), uint8. This is the dataset's own memory, not a copy.</summary>
    /// <exception cref="InvalidOperationException">The pictures are on disk: the dataset was loaded with <c>cache: false</c>.</exception>
    public NDArray Images => _images ?? throw new InvalidOperationException("ImageDataset: the pictures are on disk and decoded batch by batch. Load them with cache: true.");

    /// <summary>The labels, (N, 1), of the integer type they were given in. This is the dataset's own memory, not a copy.</summary>
    /// <exception cref="InvalidOperationException">There are none: the folder was loaded with <c>labels: false</c>.</exception>
    public NDArray Labels => _labels ?? throw new InvalidOperationException("ImageDataset: the pictures have no labels, since they were loaded with labels: false.");

    /// <summary>
    /// Loads pictures from a folder with one subfolder per class (Keras: <c>keras.utils.image_dataset_from_directory</c>), by default all into memory. The classes
    /// are the folder names in ordinal order; a folder without pictures is a class too.
    /// </summary>
    /// <remarks>Reports on standard error: classes without pictures, files with other extensions, skipped pictures, and the folder that macOS adds to zip archives.</remarks>
    /// <param name="path">
    /// The folder. Pictures are the files ending in .bmp, .gif, .jpeg, .jpg, .png or .webp in the folders of the classes and below, in upper
    /// or lower case. Hidden files and other extensions are ignored, and links to folders within a class are not followed.
    /// </param>
    /// <param name="size">Height and width that every picture is resized to, in pixels, 1 to 8192 each; see <see cref="ImageFile"/>.</param>
    /// <param name="validationSplit">The fraction of the pictures used for validation, drawn at random, from 0 to below 1. Default 0: all are training pictures.</param>
    /// <param name="seed">Determines the order of the pictures, and so which of them are used for validation. Default 1.</param>
    /// <param name="cache">
    /// Whether all pictures are decoded first and kept in memory. Default true. False decodes them from disk batch by batch, on other threads
    /// while the model computes, so that a folder of any size trains in constant memory.
    /// </param>
    /// <param name="scale">
    /// Whether models get the bytes divided by 255. Default true. False passes 0 to 255, as Keras' function does, for a model that
    /// begins with <c>Rescaling</c> or was trained on such images.
    /// </param>
    /// <param name="colorMode">The channels. Default red, green and blue.</param>
    /// <param name="labels">Whether the subfolders are classes. Default true. False loads all pictures of the folder and below without labels, for Predict (Keras: <c>labels=None</c>).</param>
    /// <param name="shuffle">Whether the pictures are in random order. Default true. False orders them by class and name; a validation split then takes the last class.</param>
    /// <param name="skipDamaged">
    /// Whether damaged pictures are skipped and listed in <see cref="ImageFolder.Skipped"/>. Default false: they are an error. With <c>cache: false</c>
    /// all pictures are decoded once to find them.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1 or more than 8192, the pictures do not fit into memory, or the split leaves a part empty.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are no pictures, the folder is one level above those of the classes, or pictures are damaged: the message names each.</exception>
    public static ImageFolder FromFolder(
        string path,
        Size2D size,
        double validationSplit = 0,
        long seed = 1,
        bool cache = true,
        bool scale = true,
        ColorMode colorMode = ColorMode.Rgb,
        bool labels = true,
        bool shuffle = true,
        bool skipDamaged = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ImageFile.RequireSize(size, nameof(ImageDataset));
        return new ImageFolderReader(size, colorMode, cache, scale, skipDamaged, Console.Error).Read(path, labels, validationSplit, shuffle ? seed : null);
    }

    /// <summary>Splits off the last rows, as Fit's <c>validationSplit</c> does. Both parts share the memory of this dataset.</summary>
    /// <param name="fraction">The share of the second part, between 0 and 1; the first has floor(N * (1 - fraction)) rows.</param>
    /// <returns>The first rows to train on and the last rows to validate with.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A part would be empty.</exception>
    public (ImageDataset Train, ImageDataset Validation) Split(double fraction)
    {
        int first = BatchSource.SplitAt(Count, fraction, $"{nameof(ImageDataset)}: {nameof(fraction)}");
        return (new ImageDataset(this, 0, first), new ImageDataset(this, first, Count - first));
    }

    /// <summary>Returns the first images, which share the memory of this dataset.</summary>
    /// <param name="count">The number of images, from 1 to <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1 or larger than the number of images.</exception>
    public ImageDataset Take(int count)
    {
        if (count < 1 || count > Count)
            throw new ArgumentOutOfRangeException(nameof(count), FormattableString.Invariant($"ImageDataset: count must be from 1 to {Count}, but was {count}."));
        return new ImageDataset(this, 0, count);
    }

    /// <summary>Returns images by their rows, in the given order, as a dataset of its own memory. Pictures on disk are decoded.</summary>
    /// <param name="rows">The rows, at least one, from 0 to <see cref="Count"/> - 1; they may repeat.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row is negative or too large.</exception>
    /// <exception cref="InvalidDataException">A picture on disk cannot be decoded; the message names the file.</exception>
    public ImageDataset Take(IEnumerable<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int[] taken = [.. rows];
        if (taken.Length == 0)
            throw new ArgumentException("ImageDataset: rows must be at least one, but was none.", nameof(rows));
        foreach (int row in taken)
        {
            if (row < 0 || row >= Count)
                throw new ArgumentOutOfRangeException(nameof(rows), FormattableString.Invariant($"ImageDataset: rows must be from 0 to {Count - 1}, but was {row}."));
        }

        byte[] pixels = new byte[checked((int)(taken.Length * _rows.RowBytes))];
        _rows.Fill(taken, pixels, CancellationToken.None);
        NDArray images = np.array(pixels).reshape([taken.Length, .. ImageShape.Dims]);
        string[] files = FilePaths.Count == 0 ? [] : [.. taken.Select(row => FilePaths[row])];
        return new ImageDataset(new RowTable(images), images, _labels?[np.array(taken)], files, ClassCount, Scale != 1);
    }

    /// <summary>Returns the images with labels as a loss wants them: one-hot rows (N, units), numbers (N, 1) for one unit, or integers (N, 1).</summary>
    internal BatchSource ToBatches(bool oneHot, int? units = null)
    {
        NDArray truth = !oneHot ? Labels.astype(typeof(long)) : units == 1 ? Labels.astype(typeof(float)) : Datasets.Labels.ToCategorical(Labels, units ?? ClassCount);
        return new BatchSource(_rows, new RowTable(truth), scale: BatchScale);
    }

    /// <summary>Returns the images without labels.</summary>
    internal BatchSource ToInputs() => new([_rows], [], [], BatchScale);

    private double? BatchScale => Scale == 1 ? null : Scale;

    private static double ScaleOf(bool scale) => scale ? 1.0 / 255 : 1;

    private static void RequireImages(NDArray images)
    {
        if (images.typecode != NPTypeCode.Byte)
        {
            throw new ArgumentException(
                $"ImageDataset: images must be of type uint8, but was {images.dtype.Name}. Bring them to 0 .. 255 with astype(np.uint8), or pass arrays to Fit.", nameof(images));
        }

        if (images.ndim != 4 || images.size == 0)
            throw new ArgumentException($"ImageDataset: images must be at least one image of shape (N, H, W, C), but was {TensorShape.Format(images.shape)}.", nameof(images));
    }
}
