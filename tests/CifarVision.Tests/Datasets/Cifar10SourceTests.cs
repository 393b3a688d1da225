using System.Security.Cryptography;
using CifarVision.Datasets;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Datasets;

public sealed class Cifar10SourceTests : IDisposable
{
    private readonly TinyCifar _cifar = new(records: 1);
    private readonly TemporaryFolder _empty = new();
    private readonly Uri _unreachable = LoopbackServer.Unreachable();

    private string Cache => Path.Combine(_empty.Path, "cache", "datasets");

    public void Dispose()
    {
        _cifar.Dispose();
        _empty.Dispose();
    }

    [Fact]
    public void Locate_Path_WinsOverTheEnvironment() => Assert.Equal(_cifar.Folder, Source(_empty.Path).Locate(_cifar.Folder, null));

    [Fact]
    public void Locate_EnvironmentFolder_WinsOverTheCache()
    {
        Directory.CreateDirectory(Cache);
        _cifar.Pack(Cache);

        Assert.Equal(_cifar.Folder, Source(_cifar.Root).Locate(null, null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/nowhere/at/all")]
    public void Locate_NothingInTheEnvironment_TakesTheCache(string? environmentFolder)
    {
        Directory.CreateDirectory(Cache);

        Assert.Equal(_cifar.Pack(Cache), Source(environmentFolder).Locate(null, null));
    }

    [Fact]
    public void Locate_NothingOnTheMachine_DownloadsIntoTheCacheOnce()
    {
        byte[] archive = File.ReadAllBytes(_cifar.Pack(_cifar.Root));
        using var server = new LoopbackServer(_ => LoopbackServer.Response("200 OK", archive));
        Cifar10Source source = Source(null, server.Address, Convert.ToHexStringLower(Md5(archive)));

        string first = source.Locate(null, new Reports());
        string second = source.Locate(null, new Reports());

        Assert.Equal(Path.Combine(Cache, "cifar-10-binary.tar.gz"), first);
        Assert.Equal(first, second);
        Assert.Single(server.Requests);
        Assert.Equal([first], Directory.GetFiles(Cache));
        Assert.Equal(5, Cifar10Dataset.Load(first).Train.Count);
    }

    [Fact]
    public void Locate_NothingAnywhere_SaysWhatWasTriedAndWhatToDo()
    {
        string message = Assert.Throws<HttpRequestException>(() => Source("/nowhere").Locate(null, new Reports())).Message;

        Assert.Contains("CIFARVISION_DATA (/nowhere)", message, StringComparison.Ordinal);
        Assert.Contains(Cache, message, StringComparison.Ordinal);
        Assert.Contains(_unreachable.ToString(), message, StringComparison.Ordinal);
        Assert.Contains("Fetch cifar-10-binary.tar.gz by other means", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Locate_CacheThatCannotBeMade_SaysWhatWasTried()
    {
        string file = _empty.File("file");
        File.WriteAllText(file, "");
        var source = new Cifar10Source(null, Path.Combine(file, "cache"), new ArchiveDownload(_unreachable, "", TimeSpan.FromSeconds(5), long.MaxValue, TimeSpan.Zero));

        Assert.Contains("CIFARVISION_DATA (not set)", Assert.Throws<IOException>(() => source.Locate(null, new Reports())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing", typeof(DirectoryNotFoundException), "does not exist")]
    [InlineData("nothing.tar.gz", typeof(FileNotFoundException), "does not exist")]
    [InlineData("", typeof(FileNotFoundException), "neither is in")]
    public void Locate_PathWithoutData_NamesIt(string name, Type type, string reason)
    {
        string path = _empty.File(name);
        Exception error = Assert.Throws(type, () => Source(_cifar.Root).Locate(path, null));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Default_Cache_IsInTheUsersFolder()
    {
        string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);

        Assert.Equal(Path.Combine(data, "CifarVision", "datasets"), Cifar10Source.DefaultCacheFolder);
    }

#pragma warning disable CA5351 // The publisher's checksum is MD5.
    private static byte[] Md5(byte[] bytes) => MD5.HashData(bytes);
#pragma warning restore CA5351

    private Cifar10Source Source(string? environmentFolder, Uri? address = null, string md5 = "") =>
        new(environmentFolder, Cache, new ArchiveDownload(address ?? _unreachable, md5, TimeSpan.FromSeconds(5), long.MaxValue, TimeSpan.Zero));
}
