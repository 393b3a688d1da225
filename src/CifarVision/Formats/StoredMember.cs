using System.IO.Compression;

namespace CifarVision.Formats;

/// <summary>Creates members of a zip archive as Keras and NumPy do: uncompressed, and with a fixed date.</summary>
internal static class StoredMember
{
    public static Stream Create(ZipArchive archive, string name)
    {
        ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return entry.Open();
    }
}
