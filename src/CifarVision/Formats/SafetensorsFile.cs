using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CifarVision.Runtime;

namespace CifarVision.Formats;

/// <summary>
/// Named arrays in the .safetensors format: the length of a JSON header in 8 bytes, the header with type, shape and position of each array, then the raw values.
/// </summary>
internal static class SafetensorsFile
{
    // The limit of the format; the first 8 bytes of another file are rarely so small a number.
    private const long LongestHeader = 100_000_000;
    private const string MetadataKey = "__metadata__";

    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false };

    private static readonly (string Name, ScalarType Type, int Length)[] Types =
    [
        ("F32", ScalarType.Float32, sizeof(float)), ("F64", ScalarType.Float64, sizeof(double)), ("I32", ScalarType.Int32, sizeof(int)), ("I64", ScalarType.Int64, sizeof(long)),
        ("U8", ScalarType.Byte, sizeof(byte)), ("BOOL", ScalarType.Bool, sizeof(bool)),
    ];

    public static void Write(Stream stream, IReadOnlyList<(string Name, Tensor Values)> arrays)
    {
        var header = new JsonObject { [MetadataKey] = new JsonObject { ["format"] = "pt" } };
        long end = 0;
        foreach ((string name, Tensor values) in arrays)
        {
            (string type, _, int length) = Array.Find(Types, type => type.Type == values.dtype);
            if (type is null)
                throw new ArgumentException($"SafetensorsFile: {name} must be of type float32, float64, int32, int64, uint8 or bool, but was {values.dtype}.", nameof(arrays));
            long start = end;
            end += values.numel() * length;
            header[name] = JsonSerializer.SerializeToNode(new Entry(type, values.shape, [start, end]), Strict);
        }

        // Blanks align the values to 8 bytes, as the format requires.
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        byte[] padded = new byte[(json.Length + 7) / 8 * 8];
        padded.AsSpan().Fill((byte)' ');
        json.CopyTo(padded, 0);
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, padded.Length);
        stream.Write(prefix);
        stream.Write(padded);
        foreach ((_, Tensor values) in arrays)
            values.WriteTo(stream);
    }

    /// <summary>Reads the header. Values are read from the stream on demand.</summary>
    /// <param name="stream">A seekable stream; it is not closed.</param>
    /// <param name="source">The name of the file, for messages.</param>
    /// <exception cref="InvalidDataException">The file is not in this format, or is damaged.</exception>
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
            Dictionary<string, JsonElement> entries = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json, Strict) ?? throw new JsonException("it is null.");
            return entries
                .Where(entry => entry.Key != MetadataKey)
                .ToDictionary(entry => entry.Key, entry => Stored(stream, source, entry.Key, entry.Value.Deserialize<Entry>(Strict) ?? throw new JsonException($"{entry.Key} is null."), start));
        }
        // Text that is no text, as half a surrogate pair, is an invalid operation.
        catch (Exception error) when (error is JsonException or EndOfStreamException or OverflowException or InvalidOperationException)
        {
            throw Damaged(source, $"its header could not be read: {error.Message}", error);
        }
    }

    private static StoredArray Stored(Stream stream, string source, string name, Entry entry, long start)
    {
        (string known, ScalarType type, int size) = Array.Find(Types, type => type.Name == entry.Type);
        if (known is null)
            throw new InvalidDataException($"SafetensorsFile: {name} in {source} must be of type {string.Join(", ", Types.Select(type => type.Name))}, but was {entry.Type}. Save it in float32.");
        long bytes = entry.Shape.Aggregate((long)size, (product, dim) => checked(product * dim));
        if (entry.Place is not [>= 0 and var from, var to] || to - from != bytes || entry.Shape.Any(dim => dim < 0) || to > stream.Length - start)
            throw Damaged(source, $"{name} lies outside it, or its length is not that of its shape {TensorShape.Format(entry.Shape)}");
        return new StoredArray(entry.Shape, type, values =>
        {
            stream.Position = start + from;
            stream.ReadExactly(values);
        });
    }

    private static InvalidDataException Damaged(string source, string reason, Exception? inner = null) =>
        new($"SafetensorsFile: {source} must be a whole .safetensors file, but {reason}. Save or copy it again.", inner);

    private sealed record Entry(
        [property: JsonPropertyName("dtype")] string Type,
        [property: JsonPropertyName("shape")] long[] Shape,
        [property: JsonPropertyName("data_offsets")] long[] Place);
}
