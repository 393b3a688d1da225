using System.Text.Json;
using System.Text.Json.Nodes;

namespace CifarVision.Runtime;

/// <summary>
/// The config of one object of a Keras file, read key by key. <see cref="RequireAllRead"/> then rejects what nobody asked for, so that no
/// setting of a file is accepted and ignored.
/// </summary>
/// <param name="className">The class, for the messages.</param>
/// <param name="values">The settings under Keras' names.</param>
internal sealed class KerasConfig(string className, JsonObject values)
{
    private readonly HashSet<string> _read = [];

    /// <summary>Keras' class name, or its name as text: <c>GlorotUniform</c>, <c>glorot_uniform</c>.</summary>
    public string ClassName { get; } = className;

    /// <summary>Opens an object as Keras writes one: an envelope of class name and config, or its name alone.</summary>
    /// <param name="node">The object.</param>
    /// <param name="kind">What it should be, for the message.</param>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public static KerasConfig Open(JsonNode node, string kind)
    {
        if (node is JsonObject envelope && envelope["class_name"] is JsonValue name && name.GetValueKind() == JsonValueKind.String)
        {
            return envelope["config"] switch
            {
                JsonObject config => new KerasConfig(name.GetValue<string>(), config),
                null => new KerasConfig(name.GetValue<string>(), []),
                JsonNode other => throw new InvalidDataException($"{name}: config must be an object, but was {other.ToJsonString()}."),
            };
        }

        return node is JsonValue text && text.GetValueKind() == JsonValueKind.String
            ? new KerasConfig(text.GetValue<string>(), [])
            : throw new InvalidDataException($"{kind} must be an object with a class_name, or a name, but was {node.ToJsonString()}.");
    }

    /// <summary>A number, or the default where the key is absent.</summary>
    public double Number(string key, double absent) => Value(key) is { } node ? Read<double>(key, node, "a number") : absent;

    /// <summary>A text, or the default where the key is absent.</summary>
    public string Text(string key, string absent) => Value(key) is { } node ? Read<string>(key, node, "a text") : absent;

    /// <summary>A seed: a whole number, or null. Keras' generator objects have no counterpart and are an error.</summary>
    public long? Seed(string key = "seed") => Value(key) is { } node ? Read<long>(key, node, "a whole number or null") : null;

    /// <summary>Passes over a key that may only be null, since it has no counterpart here.</summary>
    /// <exception cref="InvalidDataException">The file sets it.</exception>
    public KerasConfig OnlyNull(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (Value(key) is { } node)
                throw new InvalidDataException($"{ClassName}: {key} is supported only as null, but was {node.ToJsonString()}.");
        }

        return this;
    }

    /// <summary>Rejects settings that were not read.</summary>
    /// <exception cref="InvalidDataException">There is one; the message names it.</exception>
    public void RequireAllRead()
    {
        foreach ((string key, _) in values)
        {
            if (!_read.Contains(key))
                throw new InvalidDataException($"{ClassName}: there is no setting {key}.");
        }
    }

    private JsonNode? Value(string key)
    {
        _read.Add(key);
        return values[key];
    }

    private T Read<T>(string key, JsonNode node, string rule)
    {
        try
        {
            return node.Deserialize<T>()!;
        }
        catch (JsonException)
        {
            throw new InvalidDataException($"{ClassName}: {key} must be {rule}, but was {node.ToJsonString()}.");
        }
    }
}
