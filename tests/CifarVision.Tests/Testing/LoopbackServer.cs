using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CifarVision.Tests.Testing;

/// <summary>A web server on this machine that sends, to each request in turn, exactly the bytes a test wants, and hangs up.</summary>
public sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private readonly List<string> _requests = [];

    /// <summary>Starts it.</summary>
    /// <param name="answer">From the request (first line and headers) to the whole response; null for silence until the client leaves.</param>
    public LoopbackServer(Func<string, byte[]?> answer)
    {
        _listener.Start();
        _loop = Task.Run(() => ServeAsync(answer));
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/cifar-10-binary.tar.gz");

    public IReadOnlyList<string> Requests => _requests;

    /// <summary>An address where nobody listens.</summary>
    public static Uri Unreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return new Uri($"http://127.0.0.1:{port}/cifar-10-binary.tar.gz");
    }

    /// <summary>A response whose headers promise <paramref name="length"/> bytes and that carries <paramref name="body"/>.</summary>
    public static byte[] Response(string status, ReadOnlySpan<byte> body, long? length = null, string headers = "") =>
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length ?? body.Length}\r\n{headers}\r\n"), .. body];

    public void Dispose()
    {
        _stop.Cancel();
        _loop.Wait();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<string, byte[]?> answer)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                NetworkStream stream = client.GetStream();
                string request = await ReadHeadersAsync(stream);
                _requests.Add(request);
                if (answer(request) is { } response)
                    await stream.WriteAsync(response, _stop.Token);
                else
                    _ = await stream.ReadAsync(new byte[1], _stop.Token);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                // The client hung up, or the test is over.
            }
        }
    }

    private static async Task<string> ReadHeadersAsync(NetworkStream stream)
    {
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer) is var count and > 0)
            request.Append(Encoding.ASCII.GetString(buffer, 0, count));
        return request.ToString();
    }
}
