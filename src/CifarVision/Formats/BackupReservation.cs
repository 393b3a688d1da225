namespace CifarVision.Formats;

/// <summary>A lock on a folder of backups. The system releases it when a process is killed.</summary>
internal sealed class BackupReservation : IDisposable
{
    private const string LockName = ".lock";

    private readonly string _folder;
    private readonly FileStream _lock;

    /// <summary>Locks a folder.</summary>
    /// <exception cref="IOException">It is locked.</exception>
    public BackupReservation(string folder)
    {
        _folder = folder;
        _lock = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
    }

    /// <summary>Releases the folder, and deletes it if it is empty.</summary>
    public void Dispose()
    {
        _lock.Dispose();
        if (Directory.Exists(_folder) && !Directory.EnumerateFileSystemEntries(_folder).Any())
            Directory.Delete(_folder);
    }
}
