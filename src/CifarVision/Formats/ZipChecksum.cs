using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;

namespace CifarVision.Formats;

/// <summary>Verifies the CRC-32 of zip members, which <see cref="ZipArchive"/> does not, so that damaged bytes do not become weights.</summary>
internal static class ZipChecksum
{
    private const int BufferLength = 1 << 18;

    /// <summary>Verifies every member of an archive.</summary>
    /// <param name="stream">The archive, seekable; it is not closed.</param>
    /// <exception cref="InvalidDataException">The stream is not a zip archive, or a member is damaged; the message names it.</exception>
    public static void RequireAll(Stream stream)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        foreach (ZipArchiveEntry entry in archive.Entries)
            Require(entry);
    }

    /// <summary>Reads a member and compares its checksum with that in the archive.</summary>
    /// <exception cref="InvalidDataException">The checksums differ; the message names the member.</exception>
    public static void Require(ZipArchiveEntry entry)
    {
        var checksum = new Crc32();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            using Stream member = entry.Open();
            for (int count = member.Read(buffer); count > 0; count = member.Read(buffer))
                checksum.Append(buffer.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        uint actual = checksum.GetCurrentHashAsUInt32();
        if (actual != entry.Crc32)
            throw new InvalidDataException($"the member {entry.FullName} must have the CRC-32 {entry.Crc32:x8}, but was {actual:x8}: it is damaged.");
    }
}
