using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CifarVision.Fuzz;

/// <summary>One change of a file, drawn as three numbers so that any generator of numbers makes it.</summary>
/// <param name="Kind">Which change.</param>
/// <param name="Place">Where.</param>
/// <param name="Value">What comes there.</param>
public readonly record struct Mutation(uint Kind, uint Place, uint Value)
{
    // Lengths, counts and addresses at which arithmetic goes wrong.
    private static readonly long[] Numbers = [0, 1, -1, 2, 255, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue, 1L << 40, 512, 4096, 1_000_000];

    private static readonly string[] Values =
    [
        "null", "0", "-1", "1e308", "2147483647", "9223372036854775807", "0.5", "true", "\"\"", "\"\\ud800\"", "\"relu\"", "[]", "{}", "[1]", "[null]", "[[[1]]]",
        "{\"class_name\": \"Dense\"}", "[1000000, 1000000]", "\"NaN\"", "1000000",
    ];

    /// <summary>Changes bytes without knowing what they are.</summary>
    public byte[] Apply(byte[] file)
    {
        if (file.Length == 0)
            return [(byte)Value];
        int place = (int)(Place % (uint)file.Length);
        int other = (int)(Value % (uint)file.Length);
        byte[] changed = [.. file];
        switch (Kind % 9)
        {
            case 0:
                changed[place] ^= (byte)(1 << (int)(Value % 8));
                return changed;
            case 1:
                changed[place] = (byte)Value;
                return changed;
            case 2:
            case 3:
                Span<byte> number = stackalloc byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(number, Numbers[Value % Numbers.Length]);
                number[..Math.Min(1 << (int)(Value / 16 % 4), file.Length - place)].CopyTo(changed.AsSpan(place));
                return changed;
            case 4:
                return file[..place];
            case 5:
                return [.. file[..place], .. file[Math.Min(file.Length, place + 1 + (int)(Value % 64))..]];
            case 6:
                return [.. file[..place], .. file[other..Math.Min(file.Length, other + 64)], .. file[place..]];
            case 7:
                file.AsSpan(other, Math.Min(8, file.Length - Math.Max(place, other))).CopyTo(changed.AsSpan(place));
                return changed;
            default:
                file.AsSpan(other, Math.Min(32, file.Length - Math.Max(place, other))).CopyTo(changed.AsSpan(place));
                return changed;
        }
    }

    /// <summary>Changes a value of JSON, removes it, repeats its key, or nests it; what is no JSON is changed as bytes.</summary>
    public byte[] ApplyToJson(byte[] file)
    {
        if (Kind % 5 == 4 || Parse(file) is not { } root)
            return Apply(file);
        List<JsonNode> nodes = [.. Below(root)];
        JsonNode node = nodes[(int)(Place % (uint)nodes.Count)];
        string value = Values[Value % Values.Length];
        JsonNode? replacement = Kind % 5 == 3 ? nodes[(int)(Value % (uint)nodes.Count)].DeepClone() : JsonNode.Parse(value.Contains("\\u", StringComparison.Ordinal) ? "\"surrogate\"" : value);
        switch (node.Parent)
        {
            case JsonObject members when Kind % 5 == 2:
                members.Remove(node.GetPropertyName());
                break;
            case JsonObject members:
                members[node.GetPropertyName()] = replacement;
                break;
            case JsonArray items when Kind % 5 == 2:
                items.RemoveAt(node.GetElementIndex());
                break;
            case JsonArray items:
                items[node.GetElementIndex()] = replacement;
                break;
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString().Replace("\"surrogate\"", "\"\\ud800\"", StringComparison.Ordinal));
    }

    private static JsonNode? Parse(byte[] file)
    {
        try
        {
            // Texts that are none, and keys that occur twice, show only when they are asked for.
            return JsonNode.Parse(file) is { } root && root.ToJsonString().Length > 0 && Below(root).LastOrDefault() is not null ? root : null;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static IEnumerable<JsonNode> Below(JsonNode node)
    {
        IEnumerable<JsonNode?> children = node switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray items => items,
            _ => [],
        };
        foreach (JsonNode child in children.OfType<JsonNode>())
        {
            yield return child;
            foreach (JsonNode inner in Below(child))
                yield return inner;
        }
    }
}
