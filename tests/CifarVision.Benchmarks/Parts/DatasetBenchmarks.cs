using BenchmarkDotNet.Attributes;
using CifarVision.Benchmarks.Measuring;
using CifarVision.Benchmarks.Peers;
using CifarVision.Datasets;
using CifarVision.Training;

namespace CifarVision.Benchmarks.Parts;

/// <summary>From the disk to a batch: loading, and images as bytes against images as float32. Uses the folder in CIFARVISION_DATA, else drawn files.</summary>
public class DatasetBenchmarks
{
    private readonly int[] _rows = [.. Enumerable.Range(0, PartBenchmarks.BatchSize).Select(i => i * 331 % 10_000)];
    private Cifar10Files? _files;
    private ImageDataset? _images;
    private BatchSource? _bytes;
    private BatchSource? _floats;

    [GlobalSetup]
    public void Setup()
    {
        _files = Cifar10Files.Prepare(path: null, recordsPerFile: 10_000);
        _images = RandomImages.Create(10_000);
        _bytes = _images.ToBatches(oneHot: true);
        _floats = new BatchSource(new RowTable(ToFloats()), _bytes.Y[0]);
    }

    [GlobalCleanup]
    public void Cleanup() => _files?.Dispose();

    [Benchmark]
    public void ReadFiles() => _files!.ReadAll();

    [Benchmark]
    public Cifar10Dataset LoadFiles() => Cifar10Dataset.Load(_files!.Folder);

    [Benchmark]
    public Cifar10Dataset LoadArchive() => Cifar10Dataset.Load(_files!.Archive);

    [Benchmark]
    public NDArray ScaleTenThousandImages() => ToFloats();

    [Benchmark]
    public void BatchOfBytes() => Take(_bytes!);

    [Benchmark]
    public void BatchOfFloats() => Take(_floats!);

    private NDArray ToFloats() => _images!.Images.astype(np.float32) / 255f;

    private void Take(BatchSource source)
    {
        using var scope = torch.NewDisposeScope();
        using var rows = new DeviceRows(torch.CPU);
        using var feed = new RowFeed(source, [_rows], rows, ScalarType.Float32, Distribution.SingleProcess);
        feed.Next();
    }
}
