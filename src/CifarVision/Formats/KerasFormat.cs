using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CifarVision.Formats;

/// <summary>Shared code of Keras' formats.</summary>
internal static class KerasFormat
{
    /// <summary>The version of the layout that is written. Every version from 3.0 to 3.15 reads it, but old versions read little of newer layouts.</summary>
    public const string Version = "3.3.3";

    // Reading nested models is recursive, so their depth is limited.
    private const int DeepestJson = 256;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = DeepestJson, AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = DeepestJson };

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    public static FileStream OpenRead(string path) => File.Exists(path)
        ? File.OpenRead(path)
        : throw new FileNotFoundException($"Model: there is no file {Path.GetFullPath(path)}.", path);

    /// <summary>
    /// JSON as Python writes it: only necessary characters are escaped, and floats keep their decimal point, 0.0. Keras rejects an optimizer whose momentum is the
    /// integer 0.
    /// </summary>
    public static string ToText(JsonNode node) => WithPoints(node)!.ToJsonString(Unescaped);

    /// <summary>Reads JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">The source, for messages.</param>
    /// <exception cref="InvalidDataException">The text is not a JSON object.</exception>
    public static JsonObject ParseObject(string json, string source)
    {
        try
        {
            JsonObject parsed = JsonNode.Parse(json, documentOptions: Strict) as JsonObject ?? throw new JsonException("it is of another kind.");
            RequireText(parsed);
            return parsed;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"Model: {source} must be a JSON object, but {error.Message} Save it again.", error);
        }
    }

    // Whether an escaped text can be read, as half a surrogate pair cannot, shows only when it is asked for.
    private static void RequireText(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach ((_, JsonNode? member) in members)
                    RequireText(member);
                break;
            case JsonArray items:
                foreach (JsonNode? item in items)
                    RequireText(item);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                value.GetValue<string>();
                break;
        }
    }

    private static JsonNode? WithPoints(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, WithPoints(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(WithPoints)]),
        JsonValue value when value.TryGetValue(out object? boxed) && boxed is double number => JsonNode.Parse(WithPoint(number)),
        _ => node?.DeepClone(),
    };

    private static string WithPoint(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : $"{text}.0";
    }
}
