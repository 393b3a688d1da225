using CifarVision.Benchmarks.Peers;
using CifarVision.Datasets;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Benchmarks;

public class Cifar10FilesTests
{
    [Fact]
    public void Prepare_NothingThere_DrawsFilesAndArchiveThatLoadAlikeAndVanish()
    {
        string folder;
        using (Cifar10Files files = WithoutEnvironment(() => Cifar10Files.Prepare(path: null, recordsPerFile: 4)))
        {
            folder = files.Folder;
            Cifar10Dataset loaded = Cifar10Dataset.Load(folder);
            Assert.Equal(20, loaded.Train.Count);
            Assert.Equal(4, loaded.Test.Count);
            Assert.Equal(loaded.Train.Images.ToArray<byte>(), Cifar10Dataset.Load(files.Archive).Train.Images.ToArray<byte>());
        }

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void Prepare_Folder_PacksItBesideAndLeavesItAlone()
    {
        using var data = new TinyCifar();
        using (Cifar10Files files = Cifar10Files.Prepare(data.Root, recordsPerFile: 4))
        {
            Assert.Equal(data.Folder, files.Folder);
            Assert.Equal(Cifar10Dataset.Load(data.Folder).Test.Labels.ToArray<byte>(), Cifar10Dataset.Load(files.Archive).Test.Labels.ToArray<byte>());
        }

        Assert.Equal(TinyCifar.Names.Length, Directory.GetFiles(data.Folder).Length);
    }

    [Fact]
    public void Prepare_Archive_UnpacksIt()
    {
        using var data = new TinyCifar();
        using var elsewhere = new TemporaryFolder();
        string archive = data.Pack(elsewhere.Path);
        using Cifar10Files files = Cifar10Files.Prepare(archive, recordsPerFile: 4);

        Assert.Equal(archive, files.Archive);
        Assert.Equal(Cifar10Dataset.Load(data.Folder).Train.Images.ToArray<byte>(), Cifar10Dataset.Load(files.Folder).Train.Images.ToArray<byte>());
    }

    private static T WithoutEnvironment<T>(Func<T> make)
    {
        string? before = Environment.GetEnvironmentVariable("CIFARVISION_DATA");
        Environment.SetEnvironmentVariable("CIFARVISION_DATA", null);
        try
        {
            return make();
        }
        finally
        {
            Environment.SetEnvironmentVariable("CIFARVISION_DATA", before);
        }
    }
}
