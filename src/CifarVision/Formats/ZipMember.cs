using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;

namespace CifarVision.Formats;

/// <summary>Checks that <see cref="ZipArchive"/> leaves out: the CRC-32 of members, and declared lengths.</summary>
internal static class ZipMember
{
    // Deflate shrinks to a 1032nd at most; a stored member is as long as its bytes.
    private const long MostTimes = 1032;
    private const int BufferLength = 1 << 18;

    /// <summary>Checks that a member can be as long as it declares, before memory is taken for it.</summary>
    /// <param name="entry">The member.</param>
    /// <param name="archiveLength">The bytes of the archive.</param>
    /// <exception cref="InvalidDataException">It cannot; the message names the member.</exception>
    public static void RequirePresent(ZipArchiveEntry entry, long archiveLength)
    {
        if (entry.Length / MostTimes > Math.Min(entry.CompressedLength, archiveLength))
            throw new InvalidDataException(FormattableString.Invariant($"the member {entry.FullName} declares {entry.Length} bytes, which {entry.CompressedLength} compressed bytes cannot hold."));
    }

    /// <summary>Reads a member and compares its checksum with the archive's.</summary>
    /// <exception cref="InvalidDataException">They differ, or it is longer than it declares; the message names the member.</exception>
    public static void RequireChecksum(ZipArchiveEntry entry)
    {
        var checksum = new Crc32();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            using Stream member = entry.Open();
            long length = 0;
            for (int count = member.Read(buffer); count > 0; count = member.Read(buffer))
            {
                length += count;
                if (length > entry.Length)
                    throw new InvalidDataException(FormattableString.Invariant($"the member {entry.FullName} declares {entry.Length} bytes, but is longer."));
                checksum.Append(buffer.AsSpan(0, count));
            }
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
