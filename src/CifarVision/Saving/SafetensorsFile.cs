using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CifarVision.Runtime;

namespace CifarVision.Saving;

/// <summary>
/// Named arrays as PyTorch users share them (.safetensors): the length of a JSON header in 8 bytes, the header with type, shape and place of
/// each array, then the raw values.
/// </summary>
internal static class SafetensorsFile
{
    // The format's own limit; the first 8 bytes of some other file rarely are so small a number.
    private const long LongestHeader = 100_000_000;
    private const string MetadataKey = "__metadata__";

    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    public static void Write(string path, IReadOnlyList<KeyValuePair<string, NDArray>> arrays)
    {
        var header = new JsonObject { [MetadataKey] = new JsonObject { ["format"] = "pt" } };
        long end = 0;
        foreach ((string name, NDArray array) in arrays)
        {
            string type = array.typecode switch
            {
                NPTypeCode.Single => "F32",
                NPTypeCode.Double => "F64",
                _ => throw new ArgumentException($"SafetensorsFile: {name} must be of type float32 or float64, but was {array.dtype.Name}.", nameof(arrays)),
            };
            long start = end;
            end += array.size * array.dtypesize;
            header[name] = JsonSerializer.SerializeToNode(new Entry(type, array.shape, [start, end]), Strict);
        }

        // Blanks bring the values to a multiple of 8 bytes, as the format asks.
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        byte[] padded = new byte[(json.Length + 7) / 8 * 8];
        padded.AsSpan().Fill((byte)' ');
        json.CopyTo(padded, 0);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(length, padded.Length);
            stream.Write(length);
            stream.Write(padded);
            foreach ((_, NDArray array) in arrays)
            {
                NDArray contiguous = np.ascontiguousarray(array);
                stream.Write(ArrayConversion.Bytes(contiguous));
                GC.KeepAlive(contiguous);
            }
        });
    }

    /// <summary>Reads the header; values are read from the stream when asked for.</summary>
    /// <param name="stream">Can seek; stays open.</param>
    /// <param name="source">The file's name for messages.</param>
    /// <exception cref="InvalidDataException">It is no such file, or damaged.</exception>
    public static IReadOnlyDictionary<string, StoredArray> Read(Stream stream, string source)
    {
        try
        {
            Span<byte> prefix = stackalloc byte[sizeof(long)];
            stream.ReadExactly(prefix);
            long length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
            if (length is < 2 or > LongestHeader || length > stream.Length - prefix.Length)
                throw Damaged(source, FormattableString.Invariant($"a header of {length} bytes does not fit into it"));
            byte[] json = new byte[length];
            stream.ReadExactly(json);
            long start = prefix.Length + length;
            return JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json, Strict)!
                .Where(entry => entry.Key != MetadataKey)
                .ToDictionary(entry => entry.Key, entry => Stored(stream, source, entry.Key, entry.Value.Deserialize<Entry>(Strict)!, start));
        }
        catch (Exception error) when (error is JsonException or EndOfStreamException or OverflowException)
        {
            throw Damaged(source, $"its header could not be read: {error.Message}", error);
        }
    }

    private static StoredArray Stored(Stream stream, string source, string name, Entry entry, long start)
    {
        (Type element, long size) = entry.Type switch
        {
            "F32" => (typeof(float), sizeof(float)),
            "F64" => (typeof(double), sizeof(double)),
            _ => throw new InvalidDataException($"SafetensorsFile: {name} in {source} must be of type F32 or F64, but was {entry.Type}. Save it in float32."),
        };
        long bytes = entry.Shape.Aggregate(size, (product, dim) => checked(product * dim));
        if (entry.Place is not [>= 0 and var from, var to] || to - from != bytes || entry.Shape.Any(dim => dim < 0) || to > stream.Length - start)
            throw Damaged(source, $"{name} lies outside it, or its length is not that of its shape {TensorShape.Format(entry.Shape)}");
        return new StoredArray(entry.Shape, () =>
        {
            NDArray array = np.empty(new Shape(entry.Shape), element);
            stream.Position = start + from;
            stream.ReadExactly(ArrayConversion.Bytes(array));
            GC.KeepAlive(array);
            return array;
        });
    }

    private static InvalidDataException Damaged(string source, string reason, Exception? inner = null) =>
        new($"SafetensorsFile: {source} must be a whole .safetensors file, but {reason}. Save or copy it again.", inner);

    private sealed record Entry(
        [property: JsonPropertyName("dtype")] string Type,
        [property: JsonPropertyName("shape")] long[] Shape,
        [property: JsonPropertyName("data_offsets")] long[] Place);
}
