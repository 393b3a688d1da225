using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
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

    [Fact]
    public void Fit_PictureThatWasDamagedSince_ThrowsNamingItsFileAndCanBeCalledAgain()
    {
        WritePictures(count: 6);
        ImageDataset streamed = ImageDataset.FromFolder(_folder.Path, 4, cache: false).Train;
        string damaged = Directory.GetFiles(_folder.Path, "*.png", SearchOption.AllDirectories)[3];
        byte[] whole = File.ReadAllBytes(damaged);
        File.WriteAllText(damaged, "no picture");
        using Sequential model = Compiled();
        model.Build((4, 4, 3));

        var error = Assert.Throws<InvalidDataException>(() => model.Fit(streamed, batchSize: 2, verbose: 0));

        Assert.Contains(damaged, error.Message, StringComparison.Ordinal);
        File.WriteAllBytes(damaged, whole);
        Assert.Single(model.Fit(streamed, batchSize: 2, verbose: 0).Epoch);
    }

    [Fact]
    public void Fit_CancelledWhileBatchesAreDecoded_ReturnsAndLeavesNoTensor()
    {
        WritePictures(count: 12);
        ImageDataset streamed = ImageDataset.FromFolder(_folder.Path, 4, cache: false).Train;
        using Sequential model = Compiled();
        model.Fit(streamed, batchSize: 2, verbose: 0);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using var cancellation = new CancellationTokenSource();
        int steps = 0;
        model.Fit(streamed, batchSize: 2, verbose: 0, cancellationToken: cancellation.Token, callbacks:
        [
            new LambdaCallback(onTrainBatchEnd: (_, batch, _) =>
            {
                steps++;
                if (batch == 1)
                    cancellation.Cancel();
            }),
        ]);

        Assert.Equal(2, steps);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Next_RowsThatAreDecoded_ArePreparedTwoBatchesAhead()
    {
        var rows = new CountedRows();
        using var scope = torch.NewDisposeScope();
        using var deviceRows = new DeviceRows(torch.CPU);
        var source = new BatchSource(rows, new RowTable(np.arange(8).astype(np.int64)));
        using var feed = new RowFeed(source, Enumerable.Range(0, 8).Select(row => (ReadOnlyMemory<int>)new[] { row }), deviceRows, ScalarType.Float32, Distribution.SingleProcess);
        feed.Next();

        // The first, and two more while the caller does something else.
        Assert.True(SpinWait.SpinUntil(() => rows.Filled == 3, TimeSpan.FromMinutes(1)));
        feed.Next();
        Assert.True(SpinWait.SpinUntil(() => rows.Filled == 4, TimeSpan.FromMinutes(1)));
        Assert.Equal(4, rows.Begun);
    }

    [Fact]
    public void Dispose_TablesOnADevice_FreesThem()
    {
        var source = new BatchSource(new RowTable(np.arange(16).astype(np.uint8).reshape(4, 2, 2)), new RowTable(np.array(new[] { 0L, 1L, 2L, 3L })));
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (torch.NewDisposeScope())
        {
            using var deviceRows = new DeviceRows(torch.CPU, budget: 16);
            deviceRows.Upload(source);
            Assert.True(deviceRows.Holds(source.X[0]));
            Assert.False(deviceRows.Holds(source.Y[0]));
            using var feed = new RowFeed(source, [new[] { 2, 0 }], deviceRows, ScalarType.Float32, Distribution.SingleProcess);
            Batch batch = feed.Next();
            Assert.Equal([8f, 9, 10, 11, 0, 1, 2, 3], batch.X[0].data<float>().ToArray());
            Assert.Equal([2L, 0], batch.Y[0].data<long>().ToArray());
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    // As Fit and its validation do with the two parts of validationSplit.
    [Fact]
    public void Next_PartsOfATableOnADevice_ShareItAndHaveTheirRows()
    {
        var all = new BatchSource(new RowTable(np.arange(8).astype(np.uint8).reshape(4, 2)), new RowTable(np.array(new[] { 0L, 1L, 2L, 3L })));
        BatchSource last = all.Tail(2);
        using var scope = torch.NewDisposeScope();
        using var deviceRows = new DeviceRows(torch.CPU, budget: 40);
        deviceRows.Upload(all);
        deviceRows.Upload(last);
        using var feed = new RowFeed(last, [new[] { 1, 0 }], deviceRows, ScalarType.Float32, Distribution.SingleProcess);
        Batch batch = feed.Next();

        Assert.True(deviceRows.Holds(last.X[0]) && deviceRows.Holds(last.Y[0]));
        Assert.Equal([6f, 7, 4, 5], batch.X[0].data<float>().ToArray());
        Assert.Equal([3L, 2], batch.Y[0].data<long>().ToArray());
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

    private static Sequential Compiled()
    {
        var model = new Sequential(new Flatten(), new Dense(2, ActivationFunction.Softmax));
        model.Compile(new SGD(), new CategoricalCrossentropy());
        return model;
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
