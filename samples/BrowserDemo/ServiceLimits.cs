namespace BrowserDemo;

/// <summary>What the service accepts.</summary>
/// <param name="UploadMegabytes">The largest request, in units of 1024 * 1024 bytes.</param>
/// <param name="AtOnce">The requests that are worked on at the same time.</param>
/// <param name="Waiting">The further requests that wait for their turn; others are refused.</param>
internal sealed record ServiceLimits(int UploadMegabytes = 10, int AtOnce = 64, int Waiting = 256)
{
    /// <summary>The most pictures of a request.</summary>
    public const int Pictures = 32;

    /// <summary>The largest request, in bytes.</summary>
    public long UploadBytes => UploadMegabytes * 1024L * 1024L;
}
