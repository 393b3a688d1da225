using CifarVision.Datasets;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Datasets;

public class Cifar10DatasetTests
{
    [Fact]
    public void LoadData_Folder_GivesKerasShapesAndTypes()
    {
        using var cifar = new TinyCifar(records: 4);
        ((NDArray xTrain, NDArray yTrain), (NDArray xTest, NDArray yTest)) = Cifar10Dataset.LoadData(cifar.Folder);

        Assert.Equal([20L, 32L, 32L, 3L], xTrain.shape);
        Assert.Equal([20L, 1L], yTrain.shape);
        Assert.Equal([4L, 32L, 32L, 3L], xTest.shape);
        Assert.Equal([4L, 1L], yTest.shape);
        Assert.All([xTrain, yTrain, xTest, yTest], array => Assert.Equal(typeof(byte), array.dtype));
    }

    // 130 records do not fit into the reader's buffer of 128.
    [Fact]
    public void LoadData_FilesOfDifferentLengths_PutsEveryPixelInItsPlace()
    {
        int[] counts = [2, 130, 1, 3, 2, 4];
        using var cifar = new TinyCifar(counts);
        AssertContent(counts, Cifar10Dataset.LoadData(cifar.Folder));
    }

    [Fact]
    public void LoadData_ArchiveInAnyOrder_GivesTheSameAsTheFolder()
    {
        int[] counts = [2, 130, 1, 3, 2, 4];
        using var cifar = new TinyCifar(counts);
        string archive = cifar.Pack(cifar.Root, "data_batch_4.bin", "test_batch.bin", "data_batch_3.bin", "data_batch_2.bin", "data_batch_5.bin", "data_batch_1.bin");
        Directory.Delete(cifar.Folder, recursive: true);

        AssertContent(counts, Cifar10Dataset.LoadData(archive));
        Assert.Equal([archive], Directory.GetFileSystemEntries(cifar.Root));
    }

    [Fact]
    public void LoadData_FolderAbove_FindsTheBatchFiles()
    {
        using var cifar = new TinyCifar(records: 1);

        Assert.Equal(5, Cifar10Dataset.LoadData(cifar.Root).Item1.xTrain.shape[0]);
    }

    [Fact]
    public void LoadData_FolderWithTheArchive_FindsIt()
    {
        using var cifar = new TinyCifar(records: 1);
        cifar.Pack(cifar.Root);
        Directory.Delete(cifar.Folder, recursive: true);

        Assert.Equal(5, Cifar10Dataset.LoadData(cifar.Root).Item1.xTrain.shape[0]);
    }

    [Fact]
    public void LoadData_WithoutPath_TakesTheFolderOfTheEnvironment()
    {
        using var cifar = new TinyCifar(records: 3);
        string? before = Environment.GetEnvironmentVariable("CIFARVISION_DATA");
        Environment.SetEnvironmentVariable("CIFARVISION_DATA", cifar.Root);
        try
        {
            Assert.Equal(15, Cifar10Dataset.LoadData().Item1.xTrain.shape[0]);
        }
        finally
        {
            Environment.SetEnvironmentVariable("CIFARVISION_DATA", before);
        }
    }

    [Fact]
    public void Load_Folder_GivesDatasetsAndClassNames()
    {
        using var cifar = new TinyCifar(records: 2);
        Cifar10Dataset data = Cifar10Dataset.Load(cifar.Folder);

        Assert.Equal(10, data.Train.Count);
        Assert.Equal(2, data.Test.Count);
        Assert.Equal(new TensorShape(32, 32, 3), data.Train.ImageShape);
        Assert.Equal(10, data.Train.ClassCount);
        Assert.Equal(10, data.Test.ClassCount);
        Assert.Equal(["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"], data.ClassNames);
        Assert.Equal(TinyCifar.Pixel(5, 1, 31, 30, 2), data.Test.Images.GetByte(1, 31, 30, 2));
    }

    [Fact]
    public void Load_BlankPath_Throws() => Assert.Throws<ArgumentException>(() => Cifar10Dataset.Load(" "));

    internal static void AssertContent(int[] counts, ((NDArray X, NDArray Y) Train, (NDArray X, NDArray Y) Test) data)
    {
        int row = 0;
        for (int file = 0; file < counts.Length; file++)
        {
            bool isTest = file == counts.Length - 1;
            (NDArray x, NDArray y) = isTest ? data.Test : data.Train;
            byte[] pixels = x.ToArray<byte>();
            byte[] labels = y.ToArray<byte>();
            for (int record = 0; record < counts[file]; record++, row++)
            {
                int at = isTest ? record : row;
                Assert.Equal(TinyCifar.Label(file, record), labels[at]);
                Assert.Equal(Expected(file, record), pixels[(at * 3072)..((at + 1) * 3072)]);
            }
        }
    }

    private static byte[] Expected(int file, int record)
    {
        var pixels = new byte[3072];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = TinyCifar.Pixel(file, record, i / 96, i / 3 % 32, i % 3);
        return pixels;
    }
}
