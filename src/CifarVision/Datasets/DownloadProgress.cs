namespace CifarVision.Datasets;

/// <summary>The progress of a download.</summary>
/// <param name="BytesReceived">From 0 to the total.</param>
/// <param name="TotalBytes">The size of the file, or null if the server does not report it.</param>
public readonly record struct DownloadProgress(long BytesReceived, long? TotalBytes);
