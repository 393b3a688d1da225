using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using CifarVision.Serialization;

namespace CifarVision.Datasets;

/// <summary>Downloads a file over HTTP and verifies its checksum. An incomplete file is never left under its name.</summary>
/// <param name="address">The address.</param>
/// <param name="md5">The publisher's checksum, in lower-case hexadecimal digits.</param>
/// <param name="patience">The time that the server may take without sending data.</param>
/// <param name="mostBytes">A length that the file cannot have.</param>
/// <param name="pause">The time before a failed server is asked again; twice as long each time.</param>
internal sealed class ArchiveDownload(Uri address, string md5, TimeSpan patience, long mostBytes, TimeSpan pause)
{
    private const int MaxAttempts = 5;
    private const int BufferBytes = 1 << 20;

    public Uri Address => address;

    /// <summary>
    /// Downloads the file. It gets its name only when it is complete. A broken connection is resumed at the same position, as long as every attempt receives data.
    /// A server that fails or is busy (5xx, 429) is asked again.
    /// </summary>
    /// <exception cref="HttpRequestException">The server cannot be reached or does not have the file.</exception>
    /// <exception cref="IOException">The connection breaks repeatedly or receives no more data, or the file cannot be written.</exception>
    /// <exception cref="InvalidDataException">The downloaded file does not match the checksum, or does not end.</exception>
    public void Fetch(string file, IProgress<DownloadProgress> progress)
    {
        try
        {
            AtomicFile.Write(file, part =>
            {
                // Not on the caller's thread, which may have a synchronization context that the continuations would wait for.
                Task.Run(() => ReceiveAsync(part, progress)).GetAwaiter().GetResult();
                RequireChecksum(part);
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && File.Exists(file))
        {
            // Another process has downloaded the file in the meantime and, on Windows, is reading it.
        }
    }

    private async Task ReceiveAsync(Stream part, IProgress<DownloadProgress> progress)
    {
        using var client = new HttpClient { Timeout = patience };
        for (int attempt = 1; ; attempt++)
        {
            long before = part.Length;
            try
            {
                await AppendAsync(client, part, progress).ConfigureAwait(false);
                return;
            }
            catch (IOException) when (attempt < MaxAttempts && part.Length > before)
            {
            }
            catch (HttpRequestException error) when (attempt < MaxAttempts && error.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(pause * (1 << (attempt - 1))).ConfigureAwait(false);
            }
        }
    }

    private async Task AppendAsync(HttpClient client, Stream part, IProgress<DownloadProgress> progress)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (part.Length > 0)
            request.Headers.Range = new RangeHeaderValue(part.Length, null);
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != part.Length)
            part.SetLength(0);
        part.Position = part.Length;

        long? total = part.Length + response.Content.Headers.ContentLength;
        progress.Report(new DownloadProgress(part.Length, total));
        Stream body = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            byte[] buffer = new byte[BufferBytes];
            while (await ReadAsync(body, buffer).ConfigureAwait(false) is var count and > 0)
            {
                if (part.Length + count > mostBytes)
                    throw new InvalidDataException(FormattableString.Invariant($"Cifar10Dataset: the file from {address} must be shorter than {mostBytes} bytes, but did not end there. Nothing was kept: try again, or fetch it by other means."));
                await part.WriteAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
                progress.Report(new DownloadProgress(part.Length, total));
            }
        }
    }

    // HttpClient's own timeout covers the headers only.
    private async Task<int> ReadAsync(Stream body, byte[] buffer)
    {
        using var silence = new CancellationTokenSource(patience);
        try
        {
            return await body.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error)
        {
            throw new IOException(FormattableString.Invariant($"the server sent nothing for {patience.TotalSeconds} s"), error);
        }
    }

    private void RequireChecksum(Stream part)
    {
        part.Position = 0;
#pragma warning disable CA5351 // The publisher provides MD5; it detects damage, not forgery.
        string found = Convert.ToHexStringLower(MD5.HashData(part));
#pragma warning restore CA5351
        if (found != md5)
        {
            throw new InvalidDataException(
                $"Cifar10Dataset: the file from {address} must have the MD5 checksum {md5}, but was {found} ({part.Length} bytes). Nothing was kept: try again, or fetch it by other means.");
        }
    }
}
