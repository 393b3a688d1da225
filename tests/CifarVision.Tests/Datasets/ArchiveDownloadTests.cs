using System.Net;
using System.Security.Cryptography;
using CifarVision.Datasets;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Datasets;

public sealed class ArchiveDownloadTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))];

#pragma warning disable CA5351 // The publisher's checksum is MD5.
    private static readonly string Checksum = Convert.ToHexStringLower(MD5.HashData(Content));
#pragma warning restore CA5351

    private readonly TemporaryFolder _folder = new();
    private readonly Reports _reports = new();

    private string Target => _folder.File("data.tar.gz");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fetch_WholeFile_IsKeptAndReported()
    {
        using var server = new LoopbackServer(_ => LoopbackServer.Response("200 OK", Content));
        Fetch(server.Address);

        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
        Assert.Equal(new DownloadProgress(0, Content.Length), _reports.All[0]);
        Assert.Equal(new DownloadProgress(Content.Length, Content.Length), _reports.All[^1]);
    }

    [Fact]
    public void Fetch_OtherContent_LeavesNothing()
    {
        using var server = new LoopbackServer(_ => LoopbackServer.Response("200 OK", Content.AsSpan(1)));
        var error = Assert.Throws<InvalidDataException>(() => Fetch(server.Address));

        Assert.Contains($"must have the MD5 checksum {Checksum}", error.Message, StringComparison.Ordinal);
        Assert.Contains("99999 bytes", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Fetch_BrokenConnection_GoesOnWhereItBroke()
    {
        using var server = new LoopbackServer(request => request.Contains("Range: bytes=40000-", StringComparison.Ordinal)
            ? LoopbackServer.Response("206 Partial Content", Content.AsSpan(40_000), headers: "Content-Range: bytes 40000-99999/100000\r\n")
            : LoopbackServer.Response("200 OK", Content.AsSpan(0, 40_000), Content.Length));
        Fetch(server.Address);

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Equal(new DownloadProgress(Content.Length, Content.Length), _reports.All[^1]);
    }

    [Fact]
    public void Fetch_ServerThatCannotGoOn_StartsAnew()
    {
        int requests = 0;
        using var server = new LoopbackServer(_ => ++requests == 1
            ? LoopbackServer.Response("200 OK", Content.AsSpan(0, 40_000), Content.Length)
            : LoopbackServer.Response("200 OK", Content));
        Fetch(server.Address);

        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public void Fetch_ConnectionThatAlwaysBreaksAtOnce_GivesUpAndLeavesNothing()
    {
        using var server = new LoopbackServer(request => request.Contains("Range:", StringComparison.Ordinal)
            ? LoopbackServer.Response("206 Partial Content", [], 60_000, "Content-Range: bytes 40000-99999/100000\r\n")
            : LoopbackServer.Response("200 OK", Content.AsSpan(0, 40_000), Content.Length));

        Assert.ThrowsAny<IOException>(() => Fetch(server.Address));
        Assert.Equal(2, server.Requests.Count);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Fetch_FileNotThere_GivesTheStatus()
    {
        using var server = new LoopbackServer(_ => LoopbackServer.Response("404 Not Found", "gone"u8));
        var error = Assert.Throws<HttpRequestException>(() => Fetch(server.Address));

        Assert.Equal(HttpStatusCode.NotFound, error.StatusCode);
        Assert.Single(server.Requests);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Fetch_NobodyListens_LeavesNothing()
    {
        Assert.Throws<HttpRequestException>(() => Fetch(LoopbackServer.Unreachable()));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Fetch_SilentServer_TimesOut()
    {
        using var server = new LoopbackServer(_ => null);

        Assert.ThrowsAny<OperationCanceledException>(() => Fetch(server.Address, TimeSpan.FromSeconds(0.3)));
    }

    [Fact]
    public void Fetch_FailsWhileAnotherProcessSucceeds_TakesItsFile()
    {
        using var server = new LoopbackServer(_ =>
        {
            File.WriteAllBytes(Target, Content);
            return LoopbackServer.Response("200 OK", [], Content.Length);
        });
        Fetch(server.Address);

        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    private void Fetch(Uri address, TimeSpan? patience = null) =>
        new ArchiveDownload(address, Checksum, patience ?? TimeSpan.FromSeconds(5)).Fetch(Target, _reports);
}
