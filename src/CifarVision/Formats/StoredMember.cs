using System.IO.Compression;

namespace CifarVision.Formats;

/// <summary>A member of a zip archive as Keras and NumPy write them: stored as it is, and without a date of its own.</summary>
internal static class StoredMember
{
    public static Stream Create(ZipArchive archive, string name)
    {
        ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return entry.Open();
    }
}
