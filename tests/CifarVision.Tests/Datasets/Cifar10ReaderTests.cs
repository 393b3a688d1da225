using CifarVision.Datasets;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Datasets;

/// <summary>What is wrong with the files is said in one message that names the file, whether they stand in a folder or an archive.</summary>
public sealed class Cifar10ReaderTests : IDisposable
{
    private readonly TinyCifar _cifar = new(records: 2);

    public void Dispose() => _cifar.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_FileOfAWrongLength_NamesFileAndLength(bool packed)
    {
        File.WriteAllBytes(Batch(3), new byte[3073 + 3072]);
        string message = Message<InvalidDataException>(packed ? _cifar.Pack(_cifar.Root) : _cifar.Folder);

        Assert.Contains("data_batch_3.bin", message, StringComparison.Ordinal);
        Assert.Contains("must be a non-empty multiple of 3073 bytes long, but was 6145", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_EmptyFile_NamesFileAndLength(bool packed)
    {
        File.WriteAllBytes(Batch(1), []);
        string message = Message<InvalidDataException>(packed ? _cifar.Pack(_cifar.Root) : _cifar.Folder);

        Assert.Contains("data_batch_1.bin", message, StringComparison.Ordinal);
        Assert.Contains("but was 0.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_LabelOver9_NamesFileValueAndRecord(bool packed)
    {
        byte[] bytes = File.ReadAllBytes(Batch(2));
        bytes[3073] = 10;
        File.WriteAllBytes(Batch(2), bytes);
        string message = Message<InvalidDataException>(packed ? _cifar.Pack(_cifar.Root) : _cifar.Folder);

        Assert.Contains("data_batch_2.bin", message, StringComparison.Ordinal);
        Assert.Contains("must be from 0 to 9, but was 10 in record 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FolderWithoutABatch_NamesFolderAndFile()
    {
        File.Delete(Batch(5));
        string message = Message<FileNotFoundException>(_cifar.Folder);

        Assert.Contains(_cifar.Folder, message, StringComparison.Ordinal);
        Assert.Contains("data_batch_5.bin is missing", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ArchiveWithoutABatch_NamesArchiveAndFile()
    {
        string archive = _cifar.Pack(_cifar.Root, "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin");
        string message = Message<InvalidDataException>(archive);

        Assert.Contains(archive, message, StringComparison.Ordinal);
        Assert.Contains("test_batch.bin is missing", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Load_TruncatedArchive_NamesIt(double share)
    {
        string archive = _cifar.Pack(_cifar.Root);
        byte[] bytes = File.ReadAllBytes(archive);
        File.WriteAllBytes(archive, bytes[..(int)(share * bytes.Length)]);

        Assert.Contains($"{archive} must be a complete .tar.gz archive", Message<InvalidDataException>(archive), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ArchiveWithAWrongChecksum_NamesIt()
    {
        string archive = _cifar.Pack(_cifar.Root);
        byte[] bytes = File.ReadAllBytes(archive);
        bytes[^8] ^= 1;
        File.WriteAllBytes(archive, bytes);

        Assert.Contains(archive, Message<InvalidDataException>(archive), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileThatIsNoArchive_NamesIt() => Assert.Contains($"{Batch(1)} must be", Message<InvalidDataException>(Batch(1)), StringComparison.Ordinal);

    private static string Message<T>(string path)
        where T : Exception => Assert.Throws<T>(() => Cifar10Dataset.Load(path)).Message;

    private string Batch(int number) => Path.Combine(_cifar.Folder, $"data_batch_{number}.bin");
}
