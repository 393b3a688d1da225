using CifarVision.Datasets;

namespace CifarVision.Tests.Datasets;

/// <summary>Keeps what a download reports.</summary>
public sealed class Reports : IProgress<DownloadProgress>
{
    public List<DownloadProgress> All { get; } = [];

    public void Report(DownloadProgress value) => All.Add(value);
}
