using CifarVision.Callbacks;
using CifarVision.History;
using CifarVision.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Docs;

/// <summary>The example of docs/resuming.md.</summary>
public class ResumingExampleTests
{
    [Fact]
    public void Resuming_FolderWithoutBackup_BeginsAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        using var console = new QuietConsole();
        using Sequential model = TinyTask.Compiled();
        (NDArray xTrain, NDArray yTrain) = TinyTask.Arrays();
        string backups = folder.File("backups");

        #region resuming
        TrainingHistory history = model.Fit(xTrain, yTrain, batchSize: 16, epochs: 4, verbose: 2, callbacks:
        [
            new ReduceLROnPlateau("loss", patience: 3),
            new BackupAndRestore(backups, SaveFrequency.Batches(200)),
        ]);
        #endregion

        Assert.Equal(4, history.Epoch.Count);
        Assert.False(Directory.Exists(backups));
        Assert.DoesNotContain("resuming", console.Printed, StringComparison.Ordinal);
    }
}
