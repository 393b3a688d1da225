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

    [Theory]
    [InlineData("500 Internal Server Error")]
    [InlineData("503 Service Unavailable")]
    [InlineData("429 Too Many Requests")]
    public void Fetch_ServerThatFailsAtFirst_IsAskedAgain(string status)
    {
        int requests = 0;
        using var server = new LoopbackServer(_ => ++requests < 4 ? LoopbackServer.Response(status, "later"u8) : LoopbackServer.Response("200 OK", Content));
        Fetch(server.Address);

        Assert.Equal(4, server.Requests.Count);
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public void Fetch_ServerThatAlwaysFails_GivesUpAndLeavesNothing()
    {
        using var server = new LoopbackServer(_ => LoopbackServer.Response("503 Service Unavailable", "never"u8));
        var error = Assert.Throws<HttpRequestException>(() => Fetch(server.Address));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, error.StatusCode);
        Assert.Equal(5, server.Requests.Count);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Fetch_DownloadThatDoesNotEnd_GivesUpAndLeavesNothing()
    {
        using var server = new LoopbackServer(_ => LoopbackServer.Response("200 OK", new byte[3_000_000], long.MaxValue));
        var error = Assert.Throws<InvalidDataException>(() => Fetch(server.Address, mostBytes: 1_000_000));

        Assert.Contains("must be shorter than 1000000 bytes, but did not end there", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData(99_999)]
    [InlineData(1)]
    public void Fetch_LengthThatIsTooSmall_IsTheWrongChecksum(long length)
    {
        using var server = new LoopbackServer(_ => LoopbackServer.Response("200 OK", Content, length));

        Assert.Throws<InvalidDataException>(() => Fetch(server.Address));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Fetch_Redirected_FollowsToTheFile()
    {
        using var server = new LoopbackServer(request => request.Contains("GET /moved", StringComparison.Ordinal)
            ? LoopbackServer.Response("200 OK", Content)
            : LoopbackServer.Response("302 Found", [], headers: "Location: /moved\r\n"));
        Fetch(server.Address);

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public void Fetch_RedirectedInACircle_GivesUpAndLeavesNothing()
    {
        using var server = new LoopbackServer(_ => LoopbackServer.Response("302 Found", [], headers: "Location: /cifar-10-binary.tar.gz\r\n"));

        Assert.Throws<HttpRequestException>(() => Fetch(server.Address));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Fetch_StalledInTheMiddle_TimesOutAndLeavesNothing()
    {
        using var server = new LoopbackServer(request => request.Contains("Range:", StringComparison.Ordinal) ? null : LoopbackServer.Response("200 OK", Content.AsSpan(0, 40_000), Content.Length));

        Exception? error = Record.Exception(() => Fetch(server.Address, TimeSpan.FromSeconds(0.5)));

        Assert.True(error is IOException or OperationCanceledException, error?.ToString());
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Fetch_TwoAtOnce_BothHaveTheWholeFile()
    {
        using var first = new LoopbackServer(_ => LoopbackServer.Response("200 OK", Content));
        using var second = new LoopbackServer(_ => LoopbackServer.Response("200 OK", Content));

        Parallel.Invoke(() => Fetch(first.Address), () => Fetch(second.Address));

        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
    }

    private void Fetch(Uri address, TimeSpan? patience = null, long mostBytes = long.MaxValue) =>
        new ArchiveDownload(address, Checksum, patience ?? TimeSpan.FromSeconds(5), mostBytes, TimeSpan.Zero).Fetch(Target, _reports);
}
