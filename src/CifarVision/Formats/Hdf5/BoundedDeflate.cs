using System.IO.Compression;
using PureHDF.Filters;

namespace CifarVision.Formats.Hdf5;

/// <summary>The deflate filter of PureHDF, which stops where a chunk ends: a few bytes can unpack to a thousand times as many.</summary>
internal sealed class BoundedDeflate : IH5Filter
{
    // A checksum may follow the values.
    private const int MostBehindChunk = 64;

    private readonly DeflateFilter _deflate = new();

    public ushort FilterId => _deflate.FilterId;

    public string Name => _deflate.Name;

    public Memory<byte> Filter(FilterInfo info)
    {
        if (!info.Flags.HasFlag(H5FilterFlags.Decompress))
            return _deflate.Filter(info);
        byte[] chunk = new byte[info.ChunkSize + MostBehindChunk];
        using var packed = new MemoryStream(info.Buffer.ToArray());
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        int length = unpacked.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
        return length < chunk.Length ? chunk.AsMemory(0, length) : throw new InvalidDataException("a chunk unpacks to more bytes than it declares.");
    }

    public uint[] GetParameters(uint[] chunkDimensions, uint typeSize, Dictionary<string, object>? options) => _deflate.GetParameters(chunkDimensions, typeSize, options);
}
