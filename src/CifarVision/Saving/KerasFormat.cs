using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CifarVision.Saving;

/// <summary>What the formats of Keras have in common.</summary>
internal static class KerasFormat
{
    /// <summary>The version whose layout is written: every version from 3.0 to 3.15 reads it, while those read little of what newer ones write.</summary>
    public const string Version = "3.3.3";

    private const int LastMajorVersion = 3;

    /// <summary>As Python writes JSON: nothing escaped that need not be.</summary>
    public static JsonSerializerOptions Json { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static FileStream OpenRead(string path) => File.Exists(path)
        ? File.OpenRead(path)
        : throw new FileNotFoundException($"Sequential: there is no file {Path.GetFullPath(path)}.", path);

    /// <summary>Rejects what a version wrote whose format is not known.</summary>
    /// <param name="version">As <c>3.15.1</c>.</param>
    /// <param name="oldest">The first major version that wrote such files.</param>
    /// <param name="source">Where it stands, for messages.</param>
    /// <exception cref="InvalidDataException">It is another version, or none.</exception>
    public static void RequireVersion(string? version, int oldest, string source)
    {
        bool isKnown = int.TryParse(version?.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major) && major >= oldest && major <= LastMajorVersion;
        if (!isKnown)
        {
            string known = oldest == LastMajorVersion ? $"{oldest}" : $"{oldest} to {LastMajorVersion}";
            throw new InvalidDataException($"Sequential: {source} must have a keras_version of Keras {known}, but was {version ?? "none"}. Save the model with such a version.");
        }
    }

    /// <summary>Reads JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it stands, for messages.</param>
    /// <exception cref="InvalidDataException">It is no JSON object.</exception>
    public static JsonObject ParseObject(string json, string source)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new JsonException("it is of another kind.");
        }
        // Two members of one name are found only when the object is used.
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"Sequential: {source} must be a JSON object, but {error.Message} Save it again.", error);
        }
    }
}
