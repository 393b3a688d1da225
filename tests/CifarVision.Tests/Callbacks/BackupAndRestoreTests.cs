using CifarVision.Callbacks;
using CifarVision.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

public sealed class BackupAndRestoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Constructor_Defaults_AreKeras()
    {
        var backup = new BackupAndRestore("backups");

        Assert.Equal(("backups", SaveFrequency.Epoch, true), (backup.BackupDir, backup.SaveFreq, backup.DeleteCheckpoint));
    }

    [Fact]
    public void SaveFreq_Epoch_BacksUpAtEachEpochsEnd() => Assert.Equal(["1.0", "2.0"], Saved(new BackupAndRestore("x", deleteCheckpoint: false), epochs: 2, steps: 3));

    [Fact]
    public void SaveFreq_Batches_BacksUpAtEachEpochsEndToo() =>
        Assert.Equal(["0.2", "0.4", "1.0", "1.2", "1.4", "2.0"], Saved(new BackupAndRestore("x", SaveFrequency.Batches(2), deleteCheckpoint: false), epochs: 2, steps: 5));

    [Fact]
    public void StopTraining_InABatch_BacksUpAtTheEndOfTheEpochOnly()
    {
        var stop = new LambdaCallback(onTrainBatchEnd: (context, _, _) => context.StopTraining());

        Assert.Equal(["1.0"], Saved(new BackupAndRestore("x", SaveFrequency.Batches(1), deleteCheckpoint: false), epochs: 2, steps: 3, stop));
    }

    [Fact]
    public void Batch_NoBackupDue_ReadsNothing()
    {
        var run = new ScriptedRun(new BackupAndRestore(_folder.File("x"))) { Steps = 4 };

        run.Fit("loss", 1, 2);

        Assert.Equal(0, run.BatchReads);
    }

    [Fact]
    public void TrainEnd_DeleteCheckpoint_SaysWhetherTheBackupStays()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays();
        string path = _folder.File("backup");
        var stays = new BackupAndRestore(path, deleteCheckpoint: false);

        TinyTask.Compiled().Fit(x, y, verbose: 0, callbacks: [new BackupAndRestore(path)]);
        Assert.False(Directory.Exists(path));

        TinyTask.Compiled().Fit(x, y, verbose: 0, callbacks: [stays]);
        Assert.Single(Directory.GetFiles(path));

        stays.DeleteBackup();
        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void Fit_BackupOfItsEnd_GivesTheHistoryWithoutTraining()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays();
        string path = _folder.File("backup");
        int steps = 0;
        Callback[] Callbacks() => [new LambdaCallback(onTrainBatchEnd: (_, _, _) => steps++), new BackupAndRestore(path, deleteCheckpoint: false)];
        using Sequential first = TinyTask.Compiled();
        using Sequential second = TinyTask.Compiled();

        IReadOnlyList<double> losses = first.Fit(x, y, epochs: 2, verbose: 0, callbacks: Callbacks()).History["loss"];
        int before = steps;

        Assert.Equal(losses, second.Fit(x, y, epochs: 2, verbose: 0, callbacks: Callbacks()).History["loss"]);
        Assert.Equal(before, steps);
        Assert.Equal(first.GetWeights()[0].ToArray<float>(), second.GetWeights()[0].ToArray<float>());
    }

    [Fact]
    public void Resume_Verbose_SaysOneLine()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays();
        string path = _folder.File("backup");
        var breakOff = new LambdaCallback(onTrainBatchEnd: (context, batch, _) =>
        {
            if (context.Epoch == 1 && batch == 2)
                throw new OperationCanceledException();
        });
        Assert.Throws<OperationCanceledException>(() => TinyTask.Compiled().Fit(x, y, batchSize: 8, epochs: 2, verbose: 0, callbacks: [new BackupAndRestore(path, SaveFrequency.Batches(2)), breakOff]));
        using var output = new StringWriter { NewLine = "\n" };
        using var console = new QuietConsole();

        TinyTask.Compiled().Fit(x, y, batchSize: 8, epochs: 2, verbose: 2, callbacks: [new BackupAndRestore(path, output: output)]);

        Assert.Equal($"BackupAndRestore: resuming at epoch 2, step 3 from {path}.\n", output.ToString());
    }

    private static List<string> Saved(BackupAndRestore backup, int epochs, int steps, params Callback[] others)
    {
        var saved = new List<string>();
        ScriptedRun? run = null;
        run = new ScriptedRun([.. others, backup]) { Steps = steps, AfterTrainBegin = () => run!.Context!.SaveBackup = (_, epoch, step) => saved.Add(FormattableString.Invariant($"{epoch}.{step}")) };
        run.Fit("loss", [.. Enumerable.Repeat(1.0, epochs)]);
        return saved;
    }
}
