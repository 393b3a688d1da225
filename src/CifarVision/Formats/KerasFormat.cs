using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CifarVision.Formats;

/// <summary>What the formats of Keras have in common.</summary>
internal static class KerasFormat
{
    /// <summary>The version whose layout is written: every version from 3.0 to 3.15 reads it, while those read little of what newer ones write.</summary>
    public const string Version = "3.3.3";

    // Models may be nested; what reads them recurses, so there is a limit.
    private const int DeepestJson = 256;

    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = DeepestJson };

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static FileStream OpenRead(string path) => File.Exists(path)
        ? File.OpenRead(path)
        : throw new FileNotFoundException($"Model: there is no file {Path.GetFullPath(path)}.", path);

    /// <summary>
    /// JSON as Python writes it: nothing is escaped that need not be, and a real number keeps its point, 0.0. Keras refuses an optimizer whose
    /// momentum is 0, a whole number.
    /// </summary>
    public static string ToText(JsonNode node) => WithPoints(node)!.ToJsonString(Unescaped);

    /// <summary>Reads JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it stands, for messages.</param>
    /// <exception cref="InvalidDataException">It is no JSON object.</exception>
    public static JsonObject ParseObject(string json, string source)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = DeepestJson }) as JsonObject ?? throw new JsonException("it is of another kind.");
        }
        // Two members of one name are found only when the object is used.
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"Model: {source} must be a JSON object, but {error.Message} Save it again.", error);
        }
    }

    private static JsonNode? WithPoints(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, WithPoints(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(WithPoints)]),
        JsonValue value when value.GetValue<object>() is double number => JsonNode.Parse(WithPoint(number)),
        _ => node?.DeepClone(),
    };

    private static string WithPoint(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : $"{text}.0";
    }
}
