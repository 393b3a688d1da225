namespace CifarVision.Serialization;

/// <summary>Creates temporary files that are locked while they are open, so that no other writer deletes them as leftovers.</summary>
internal static class LockedFile
{
    private const int Attempts = 20;

    /// <summary>
    /// Creates a file. On Unix a file is locked only after it was created: a writer that looks for leftovers in between locks the file itself and
    /// deletes it. Creating it again then succeeds.
    /// </summary>
    /// <param name="path">The file, which must not exist.</param>
    /// <param name="options">How to open it.</param>
    public static FileStream Create(string path, FileStreamOptions options)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                var stream = new FileStream(path, options);
                if (attempt == Attempts || File.Exists(path))
                    return stream;
                stream.Dispose();
            }
            catch (IOException) when (attempt < Attempts)
            {
                Thread.Sleep(1);
            }
        }
    }
}
