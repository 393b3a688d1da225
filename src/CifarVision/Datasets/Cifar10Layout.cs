namespace CifarVision.Datasets;

/// <summary>The binary version of CIFAR-10: file names, record layout, and the errors for files that differ.</summary>
/// <remarks>Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009; https://www.cs.toronto.edu/~kriz/cifar.html.</remarks>
internal static class Cifar10Layout
{
    public const string Address = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz";
    public const string Md5 = "c32a1d4ab5d03f1284b67883e8d87530";
    public const string ArchiveName = "cifar-10-binary.tar.gz";
    public const string FolderName = "cifar-10-batches-bin";
    public const string TestName = "test_batch.bin";

    /// <summary>The side of an image, in pixels.</summary>
    public const int Side = 32;
    public const int Channels = 3;
    public const int ImageBytes = Side * Side * Channels;

    /// <summary>The length of a record: a label, then the planes of red, green and blue.</summary>
    public const int RecordBytes = 1 + ImageBytes;

    public static readonly string[] TrainNames = [.. Enumerable.Range(1, 5).Select(i => FormattableString.Invariant($"data_batch_{i}.bin"))];

    public static readonly string[] Names = [.. TrainNames, TestName];

    public static readonly string[] ClassNames = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Returns the number of images in a batch file of this length.</summary>
    public static int CountRecords(long bytes, string file)
    {
        if (bytes == 0 || bytes % RecordBytes != 0)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"Cifar10Dataset: {file} must be a non-empty multiple of {RecordBytes} bytes long, but was {bytes}. It is incomplete or no batch file: get {Address} again."));
        }

        return checked((int)(bytes / RecordBytes));
    }

    /// <summary>Returns the message for a batch file that is missing from a folder or archive.</summary>
    public static string Missing(string name, string place) =>
        $"Cifar10Dataset: {place} must hold data_batch_1.bin to data_batch_5.bin and {TestName}, but {name} is missing. Get the binary version: {Address}.";

    public static void RequireLabels(ReadOnlySpan<byte> labels, string file)
    {
        int record = labels.IndexOfAnyExceptInRange((byte)0, (byte)(ClassNames.Length - 1));
        if (record >= 0)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"Cifar10Dataset: labels in {file} must be from 0 to {ClassNames.Length - 1}, but was {labels[record]} in record {record}. It is damaged or no batch file: get {Address} again."));
        }
    }
}
