using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CifarVision.Fuzz;

/// <summary>What files to which something is added must look like after a fault.</summary>
internal static class FileChecks
{
    // Of a record of TensorFlow: length and checksum before the bytes, and a checksum behind them.
    private const int BeforeRecord = 12;
    private const int BehindRecord = 4;

    /// <summary>Old lines, and whole lines behind them.</summary>
    public static bool Lines(ReadOnlySpan<byte> file, byte[]? old, bool isKilled) => file.StartsWith(old) && file[^1] == '\n';

    /// <summary>A backup with the right checksum at its end.</summary>
    public static bool Backup(ReadOnlySpan<byte> file, byte[]? old, bool isKilled) => file[^SHA256.HashSizeInBytes..].SequenceEqual(SHA256.HashData(file[..^SHA256.HashSizeInBytes]));

    /// <summary>An event file as it was, or a new one of whole records. Readers leave out a last record that a kill has cut.</summary>
    public static bool Records(ReadOnlySpan<byte> file, byte[]? old, bool isKilled)
    {
        if (old is not null)
            return file.SequenceEqual(old);
        while (file.Length >= BeforeRecord)
        {
            long length = BeforeRecord + BinaryPrimitives.ReadInt64LittleEndian(file) + BehindRecord;
            if (length > file.Length)
                return isKilled;
            file = file[(int)length..];
        }

        return file.IsEmpty || isKilled;
    }
}
