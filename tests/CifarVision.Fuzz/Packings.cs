using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CifarVision.Fuzz;

/// <summary>The packings of the formats.</summary>
internal static class Packings
{
    private const int HashLength = 32;

    /// <summary>A zip: its members, with the right CRC-32.</summary>
    public static Packing Zip { get; } = new(
        file =>
        {
            using var archive = new ZipArchive(new MemoryStream(file));
            return [.. archive.Entries.Select(entry => new Part(entry.FullName, Content(entry), entry.FullName.EndsWith(".json", StringComparison.Ordinal)))];
        },
        parts =>
        {
            using var memory = new MemoryStream();
            using (var archive = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
            {
                foreach (Part part in parts)
                {
                    using Stream member = archive.CreateEntry(part.Name, part.Bytes.Length % 2 == 0 ? CompressionLevel.NoCompression : CompressionLevel.Fastest).Open();
                    member.Write(part.Bytes);
                }
            }

            return memory.ToArray();
        });

    /// <summary>A .tar.gz: the tar, compressed with the right checksum.</summary>
    public static Packing GZip { get; } = new(
        file =>
        {
            using var gzip = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
            using var tar = new MemoryStream();
            gzip.CopyTo(tar);
            return [new Part("", tar.ToArray())];
        },
        parts =>
        {
            using var memory = new MemoryStream();
            using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(FixTarChecksums(parts[0].Bytes));
            return memory.ToArray();
        });

    /// <summary>Safetensors: the header with the right length, and the values.</summary>
    public static Packing Safetensors { get; } = new(SplitHeader, parts => Join(parts[0].Bytes, parts[1].Bytes));

    /// <summary>A backup: its state and header, and at the end the right SHA-256.</summary>
    public static Packing Backup { get; } = new(
        file =>
        {
            Part[] parts = SplitHeader(file);
            int length = StateLength(parts[0].Bytes);
            return [parts[0], new Part("state", parts[1].Bytes[..length], IsJson: true), new Part("values", parts[1].Bytes[length..])];
        },
        parts =>
        {
            byte[] header = MoveBehindState(parts[0].Bytes, parts[1].Bytes.Length);
            byte[] file = Join(header, [.. parts[1].Bytes, .. parts[2].Bytes]);
            if (file.Length > HashLength)
                SHA256.HashData(file.AsSpan(..^HashLength)).CopyTo(file.AsSpan(^HashLength..));
            return file;
        });

    /// <summary>A PNG: its chunks with the right CRC-32.</summary>
    public static Packing Png { get; } = new(file => [new Part("", file)], parts => FixPngChecksums([.. parts[0].Bytes]));

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using Stream member = entry.Open();
        using var memory = new MemoryStream();
        member.CopyTo(memory);
        return memory.ToArray();
    }

    private static Part[] SplitHeader(byte[] file)
    {
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        return [new Part("header", file[8..(8 + length)], IsJson: true), new Part("values", file[(8 + length)..])];
    }

    private static byte[] Join(byte[] header, byte[] values)
    {
        byte[] prefix = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        return [.. prefix, .. header, .. values];
    }

    private static int StateLength(byte[] header) => (int)JsonNode.Parse(header)!["state.json"]!["data_offsets"]![1]!;

    // Where the header is damaged itself, it stays so.
    private static byte[] MoveBehindState(byte[] header, int length)
    {
        try
        {
            JsonObject entries = JsonNode.Parse(header)!.AsObject();
            int moved = length - (int)entries["state.json"]!["data_offsets"]![1]!;
            foreach ((string name, JsonNode? entry) in entries)
            {
                if (entry?["data_offsets"] is not JsonArray offsets)
                    continue;
                offsets[0] = name == "state.json" ? 0 : (int)offsets[0]! + moved;
                offsets[1] = (int)offsets[1]! + moved;
            }

            entries["state.json"]!["shape"] = new JsonArray(length);
            return Encoding.UTF8.GetBytes(entries.ToJsonString());
        }
        catch (Exception error) when (error is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException or ArgumentException or FormatException)
        {
            return header;
        }
    }

    private static byte[] FixTarChecksums(byte[] tar)
    {
        byte[] whole = [.. tar];
        for (int at = 0; at + 512 <= whole.Length; at += 512)
        {
            Span<byte> block = whole.AsSpan(at, 512);
            if (!block[257..].StartsWith("ustar"u8))
                continue;
            block.Slice(148, 8).Fill((byte)' ');
            int sum = 0;
            foreach (byte value in block)
                sum += value;
            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block[148..]);
        }

        return whole;
    }

    private static byte[] FixPngChecksums(byte[] png)
    {
        for (int at = 8; at + 12 <= png.Length;)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at));
            if (length > png.Length - at - 12)
                break;
            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(at + 8 + (int)length), Crc32.HashToUInt32(png.AsSpan(at + 4, (int)length + 4)));
            at += 12 + (int)length;
        }

        return png;
    }
}
