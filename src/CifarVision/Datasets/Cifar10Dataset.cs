namespace CifarVision.Datasets;

/// <summary>
/// CIFAR-10: 60,000 color photographs of 32 x 32 pixels in ten classes, 50,000 for training and 10,000 for testing (Keras: <c>keras.datasets.cifar10</c>).
/// Without a path, the data is searched for in the folder given by the environment variable <c>CIFARVISION_DATA</c>, then in the user's cache, and is otherwise
/// downloaded to that cache (170 MB, once).
/// </summary>
/// <remarks>Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009; the binary version of https://www.cs.toronto.edu/~kriz/cifar.html.</remarks>
public sealed class Cifar10Dataset
{
    private Cifar10Dataset(Cifar10Records train, Cifar10Records test)
    {
        Train = new ImageDataset(train.Images, train.Labels, ClassNames.Count);
        Test = new ImageDataset(test.Images, test.Labels, ClassNames.Count);
    }

    /// <summary>The training images, (50000, 32, 32, 3).</summary>
    public ImageDataset Train { get; }

    /// <summary>The test images, (10000, 32, 32, 3).</summary>
    public ImageDataset Test { get; }

    /// <summary>The names of the classes 0 to 9: airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck.</summary>
    public IReadOnlyList<string> ClassNames { get; } = Cifar10Layout.ClassNames;

    /// <summary>Loads CIFAR-10 as two datasets of bytes, which take less memory than float arrays and are the fast way to train.</summary>
    /// <param name="path">
    /// A folder with the batch files (<c>data_batch_1.bin</c> to <c>data_batch_5.bin</c>, <c>test_batch.bin</c>), a folder with
    /// <c>cifar-10-batches-bin</c> or <c>cifar-10-binary.tar.gz</c> in it, or that archive. By default the data is searched for and downloaded, see <see cref="Cifar10Dataset"/>.
    /// </param>
    /// <param name="progress">Receives the progress of a download. By default a line on standard error.</param>
    /// <exception cref="DirectoryNotFoundException">The path does not exist.</exception>
    /// <exception cref="FileNotFoundException">The archive or a batch file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or has another format; the message names it.</exception>
    /// <exception cref="HttpRequestException">The data is not on this machine, and the server cannot be reached or does not have it.</exception>
    /// <exception cref="IOException">The download was interrupted or could not be written, or a file cannot be read.</exception>
    public static Cifar10Dataset Load(string? path = null, IProgress<DownloadProgress>? progress = null)
    {
        (Cifar10Records train, Cifar10Records test) = Read(path, progress);
        return new Cifar10Dataset(train, test);
    }

    /// <summary>Loads CIFAR-10 as NumSharp arrays (Keras: <c>cifar10.load_data()</c>), 0 to 255: scale the images before training.</summary>
    /// <param name="path">As for <see cref="Load"/>.</param>
    /// <param name="progress">As for <see cref="Load"/>.</param>
    /// <returns>uint8 all: xTrain (50000, 32, 32, 3), yTrain (50000, 1), xTest (10000, 32, 32, 3), yTest (10000, 1).</returns>
    /// <exception cref="DirectoryNotFoundException">The path does not exist.</exception>
    /// <exception cref="FileNotFoundException">The archive or a batch file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or has another format; the message names it.</exception>
    /// <exception cref="HttpRequestException">The data is not on this machine, and the server cannot be reached or does not have it.</exception>
    /// <exception cref="IOException">The download was interrupted or could not be written, or a file cannot be read.</exception>
    public static ((NDArray xTrain, NDArray yTrain), (NDArray xTest, NDArray yTest)) LoadData(string? path = null, IProgress<DownloadProgress>? progress = null)
    {
        (Cifar10Records train, Cifar10Records test) = Read(path, progress);
        return ((train.Images, train.Labels), (test.Images, test.Labels));
    }

    private static (Cifar10Records Train, Cifar10Records Test) Read(string? path, IProgress<DownloadProgress>? progress)
    {
        if (path is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Cifar10Reader.Read(Cifar10Source.Default.Locate(path, progress));
    }
}
