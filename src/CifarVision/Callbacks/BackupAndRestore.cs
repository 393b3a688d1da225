using CifarVision.Formats;

namespace CifarVision.Callbacks;

/// <summary>
/// Keeps a backup of the run on disk. A killed run resumes from it and ends with exactly the history and weights, bit for bit, that it
/// would have had (Keras: BackupAndRestore). Start the same program again: it finds the backup.
/// </summary>
/// <remarks>
/// A backup contains everything that training changes: weights, the optimizer's state, epoch and batch, history, every callback's state, random numbers, the
/// learning rate, running means. Keras' backup contains weights, optimizer and epoch. The last two backups are kept, and a damaged one is never used. Wherever this callback
/// is in the list, it is called last. A cancelled run writes a backup and keeps it.
/// </remarks>
public sealed class BackupAndRestore : Callback
{
    private readonly TextWriter? _output;
    private int _batchesSinceBackup;

    /// <summary>Creates the callback.</summary>
    /// <param name="backupDir">A folder for this run alone; created if needed.</param>
    /// <param name="saveFreq">The frequency: <see cref="SaveFrequency.Epoch"/>, the default, or after a number of batches and at the end of each epoch.</param>
    /// <param name="deleteCheckpoint">Whether to remove the backup when the run ends normally. Default true.</param>
    /// <param name="output">Where a resumed run is reported; null, the default, for the console.</param>
    public BackupAndRestore(string backupDir, SaveFrequency? saveFreq = null, bool deleteCheckpoint = true, TextWriter? output = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(backupDir);
        Folder = new BackupFolder(backupDir);
        SaveFreq = saveFreq ?? SaveFrequency.Epoch;
        DeleteCheckpoint = deleteCheckpoint;
        _output = output;
    }

    /// <summary>The folder.</summary>
    public string BackupDir => Folder.Path;

    /// <summary>The frequency.</summary>
    public SaveFrequency SaveFreq { get; }

    /// <summary>Whether the backup is removed when the run ends normally.</summary>
    public bool DeleteCheckpoint { get; }

    internal BackupFolder Folder { get; }

    /// <summary>Whether so many batches have passed that the end of the current one makes a backup.</summary>
    internal bool IsDueAfterBatch => _batchesSinceBackup + 1 >= SaveFreq.BatchCount;

    internal override bool ActsOnBatches => SaveFreq.BatchCount is not null;

    internal override bool ChangesModel => false;

    /// <summary>Removes the backup, for programs that keep it until their own results are written.</summary>
    /// <exception cref="IOException">A file cannot be removed.</exception>
    public void DeleteBackup() => Folder.Delete();

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingContext context)
    {
        _batchesSinceBackup = 0;
        if (context.ResumedFrom is { } place && context.Parameters.Verbose > 0)
        {
            string processes = place.Processes == context.Processes ? "" : FormattableString.Invariant($" It was made by {place.Processes} processes; {context.Processes} go on with it.");
            context.WriteLine(FormattableString.Invariant($"BackupAndRestore: resuming at epoch {place.Epoch + 1}, step {place.Step + 1} from {BackupDir}.{processes}"), _output);
        }
    }

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(TrainingContext context, int batch, Logs logs)
    {
        _batchesSinceBackup++;
        // If the run was stopped, the epoch ends next, and the next backup is made there.
        if (!context.StopRequested && (_batchesSinceBackup >= SaveFreq.BatchCount || context.IsCancelled))
            Save(context, context.Epoch, batch + 1);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs) => Save(context, epoch + 1, step: 0);

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingContext context, Logs logs)
    {
        // A cancelled run ends inside an epoch.
        if (DeleteCheckpoint && !context.IsInsideEpoch)
            Folder.Delete();
    }

    private void Save(TrainingContext context, int epoch, int step)
    {
        context.SaveBackup(Folder, epoch, step);
        _batchesSinceBackup = 0;
    }
}
