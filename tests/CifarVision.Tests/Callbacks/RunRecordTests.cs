using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

/// <summary>What a history says about its run.</summary>
public sealed class RunRecordTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ImageDataset _data = SyntheticImages.Create(train: 40, test: 1).Train;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_Run_IsRecorded()
    {
        TorchRuntime.SetSeed(11);
        DateTimeOffset before = DateTimeOffset.Now;
        TrainingRun run = Fit(epochs: 3).Run!;

        Assert.InRange(run.Started, before, DateTimeOffset.Now);
        Assert.Equal((11, TorchRuntime.Threads, "float32", 1), (run.Seed, run.Threads, run.Precision, run.Processes));
        Assert.Equal((8, 32, 8), (run.BatchSize, run.Samples, run.ValidationSamples));
        Assert.Equal(3, run.EpochSeconds.Count);
        Assert.InRange(run.EpochSeconds.Sum(), 1e-6, (DateTimeOffset.Now - before).TotalSeconds);
        Assert.Equal([".NET", "CifarVision", "TorchSharp", "libtorch", "system"], run.Software.Keys.Order(StringComparer.Ordinal));
        Assert.All(run.Software.Values, version => Assert.NotEmpty(version));
    }

    [Fact]
    public void Fit_Resumed_KeepsTheSeedAndTheEpochsOfTheFirstStart()
    {
        string backup = _folder.File("backup");
        TorchRuntime.SetSeed(11);
        TrainingRun first = Fit(epochs: 2, new BackupAndRestore(backup, deleteCheckpoint: false)).Run!;
        TorchRuntime.SetSeed(12);
        TrainingRun second = Fit(epochs: 4, new BackupAndRestore(backup)).Run!;

        Assert.Equal((first.Started, 11), (second.Started, second.Seed));
        Assert.Equal(first.EpochSeconds, second.EpochSeconds.Take(2));
        Assert.Equal(4, second.EpochSeconds.Count);
    }

    private TrainingHistory Fit(int epochs, params Callback[] callbacks)
    {
        using Sequential model = LeNetBuilder.Create(_data.ImageShape, 10);
        model.Compile(new SGD(), new CategoricalCrossentropy());
        return model.Fit(_data, batchSize: 8, epochs: epochs, verbose: 0, validationSplit: 0.2, callbacks: callbacks);
    }
}
