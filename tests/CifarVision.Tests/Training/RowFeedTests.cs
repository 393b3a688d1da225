using CifarVision.Datasets;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using CifarVision.Training;

namespace CifarVision.Tests.Training;

public sealed class RowFeedTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FromFolder_WithoutCache_GivesTheSameBatches()
    {
        WritePictures(count: 7);
        ImageDataset cached = ImageDataset.FromFolder(_folder.Path, (5, 4), seed: 3).Train;
        ImageDataset streamed = ImageDataset.FromFolder(_folder.Path, (5, 4), seed: 3, cache: false).Train;

        using var scope = torch.NewDisposeScope();
        Batch[] expected = All(cached, batchSize: 3);
        Batch[] actual = All(streamed, batchSize: 3);

        Assert.Equal([3, 3, 1], actual.Select(batch => batch.Rows));
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.Equal(expected[i].X[0].data<float>().ToArray(), actual[i].X[0].data<float>().ToArray());
            Assert.Equal(expected[i].Y[0].data<float>().ToArray(), actual[i].Y[0].data<float>().ToArray());
        }
    }

    [Fact]
    public void Next_PictureThatWasDamagedSince_NamesItsFile()
    {
        WritePictures(count: 4);
        ImageDataset streamed = ImageDataset.FromFolder(_folder.Path, 4, cache: false).Train;
        string damaged = Directory.GetFiles(_folder.Path, "*.png", SearchOption.AllDirectories)[2];
        File.WriteAllText(damaged, "no picture");

        using var scope = torch.NewDisposeScope();
        var error = Assert.Throws<InvalidDataException>(() => All(streamed, batchSize: 4));

        Assert.Contains(damaged, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_InTheMiddle_LeavesNoTensor()
    {
        WritePictures(count: 6);
        BatchSource source = ImageDataset.FromFolder(_folder.Path, 4, cache: false).Train.ToBatches(oneHot: true);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (torch.NewDisposeScope())
        {
            using var rows = new DeviceRows(torch.CPU);
            using var feed = new RowFeed(source, [new[] { 0, 1 }, new[] { 2, 3 }, new[] { 4, 5 }], rows, ScalarType.Float32, Distribution.SingleProcess);
            feed.Next();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    // The meta device stands in for a graphics card: it has shapes and types but no values.
    [Fact]
    public void Next_OnAnotherDevice_HasAllTensorsThere()
    {
        var source = new BatchSource(new RowTable(np.zeros(new Shape(4, 2, 2), typeof(byte))), new RowTable(np.array(new[] { 0L, 1L, 2L, 3L })), new RowTable(np.ones(new Shape(4), typeof(float))), 1.0 / 255);
        using var scope = torch.NewDisposeScope();
        Batch batch = source.Batch([1, 3], torch.META);

        Assert.All([batch.X[0], batch.Y[0], batch.Weights[0]!], tensor => Assert.Equal(DeviceType.META, tensor.device_type));
        Assert.Equal([2L, 2L, 2L], batch.X[0].shape);
        Assert.Equal(ScalarType.Float32, batch.X[0].dtype);
    }

    private static Batch[] All(ImageDataset data, int batchSize)
    {
        using var rows = new DeviceRows(torch.CPU);
        using var feed = new RowFeed(data.ToBatches(oneHot: true), new BatchOrder(data.Count, batchSize, null, null).NextEpoch(), rows, ScalarType.Float32, Distribution.SingleProcess);
        var batches = new List<Batch>();
        while (feed.HasNext)
            batches.Add(feed.Next());
        return [.. batches];
    }

    private void WritePictures(int count)
    {
        for (int i = 0; i < count; i++)
        {
            string folder = Directory.CreateDirectory(Path.Combine(_folder.Path, i % 2 == 0 ? "even" : "odd")).FullName;
            ImageFile.Save(Path.Combine(folder, $"{i}.png"), np.full(new Shape(6, 6, 3), (byte)(i * 30)));
        }
    }
}
