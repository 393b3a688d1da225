namespace CifarVision.Datasets;

/// <summary>How far a download has come.</summary>
/// <param name="BytesReceived">From 0 to the total.</param>
/// <param name="TotalBytes">The size of the file, or null where the server does not say.</param>
public readonly record struct DownloadProgress(long BytesReceived, long? TotalBytes);
