using System.Text.Json;
using System.Text.Json.Nodes;

namespace CifarVision.Serialization;

/// <summary>
/// Reads the config of one object in a Keras file, key by key. <see cref="RequireAllRead"/> then rejects the keys that were not read, so that no setting of a
/// file is silently ignored.
/// </summary>
/// <param name="className">The class, for messages.</param>
/// <param name="values">The settings under Keras' names.</param>
/// <param name="customs">The user's own classes, for the objects inside this one.</param>
/// <param name="registeredName">The full name of a registered class, or null for a class of Keras.</param>
internal sealed class KerasConfig(string className, JsonObject values, CustomObjects? customs = null, string? registeredName = null)
{
    private readonly HashSet<string> _read = [];

    /// <summary>Keras' class name or its snake-case form: <c>GlorotUniform</c>, <c>glorot_uniform</c>.</summary>
    public string ClassName { get; } = className;

    /// <summary>The user's own classes.</summary>
    public CustomObjects Customs { get; } = customs ?? CustomObjects.None;

    /// <summary>
    /// Opens an object in one of Keras' formats: an envelope of class name and config, its name alone, or a function, which is an envelope whose config is the
    /// name.
    /// </summary>
    /// <param name="node">The object.</param>
    /// <param name="kind">The kind of the object, for the message.</param>
    /// <param name="customs">The user's own classes.</param>
    /// <exception cref="InvalidDataException">The node has none of these formats.</exception>
    public static KerasConfig Open(JsonNode node, string kind, CustomObjects? customs = null)
    {
        if (node is JsonObject envelope && envelope["class_name"] is JsonValue name && name.GetValueKind() == JsonValueKind.String)
        {
            return envelope["config"] switch
            {
                JsonObject config => new KerasConfig(name.GetValue<string>(), config, customs, envelope["registered_name"]?.ToString()),
                null => new KerasConfig(name.GetValue<string>(), [], customs),
                JsonValue function when name.GetValue<string>() == "function" => Open(function, kind, customs),
                JsonNode other => throw new InvalidDataException($"{name}: config must be an object, but was {other.ToJsonString()}."),
            };
        }

        return node is JsonValue text && text.GetValueKind() == JsonValueKind.String
            ? new KerasConfig(text.GetValue<string>(), [], customs)
            : throw new InvalidDataException($"{kind} must be an object with a class_name, or a name, but was {node.ToJsonString()}.");
    }

    /// <summary>Creates the object if its class is one of the user's own; else null.</summary>
    public T? Custom<T>()
        where T : class => Customs.TryCreate<T>(registeredName, ClassName, values);

    /// <summary>Returns the error for an unknown class.</summary>
    public InvalidDataException Unknown(string kind, IEnumerable<string> known) =>
        new($"There is no {kind} {ClassName}. Those known are {string.Join(", ", known)}. Pass a class of your own as {nameof(CustomObject)}.");

    /// <summary>Reads a number, or returns the default if the key is absent.</summary>
    public double Number(string key, double absent) => Value(key) is { } node ? Read<double>(key, node, "a number") : absent;

    /// <summary>Reads a required number.</summary>
    public double Number(string key) => Read<double>(key, Required(key), "a number");

    /// <summary>Reads a number; null if the key is absent.</summary>
    public double? OptionalNumber(string key) => Value(key) is { } node ? Read<double>(key, node, "a number or null") : null;

    /// <summary>Reads a whole number; null if the key is absent.</summary>
    public int? OptionalWhole(string key) => Value(key) is { } node ? Read<int>(key, node, "a whole number or null") : null;

    /// <summary>Reads a required whole number.</summary>
    public int Whole(string key) => Read<int>(key, Required(key), "a whole number");

    /// <summary>Reads a whole number, or returns the default if the key is absent.</summary>
    public int Whole(string key, int absent) => Value(key) is { } node ? Read<int>(key, node, "a whole number") : absent;

    /// <summary>Reads a required value of another type, such as a list or a list of lists.</summary>
    /// <param name="key">The key.</param>
    /// <param name="rule">The description of valid values, for the message.</param>
    public T Required<T>(string key, string rule) => Read<T>(key, Required(key), rule);

    /// <summary>Reads true or false, or returns the default if the key is absent.</summary>
    public bool Flag(string key, bool absent) => Value(key) is { } node ? Read<bool>(key, node, "true or false") : absent;

    /// <summary>Reads an enum value by its snake-case name, or returns the default if the key is absent.</summary>
    public T Choice<T>(string key, T absent)
        where T : struct, Enum => Value(key) is null ? absent : Choice<T>(key);

    /// <summary>Reads a required enum value by its snake-case name.</summary>
    public T Choice<T>(string key)
        where T : struct, Enum
    {
        JsonNode node = Required(key);
        bool isName = node is JsonValue text && text.GetValueKind() == JsonValueKind.String;
        string name = isName ? node.GetValue<string>().Replace("_", "", StringComparison.Ordinal) : "";
        foreach (T value in Enum.GetValues<T>())
        {
            if (string.Equals(name, value.ToString(), StringComparison.OrdinalIgnoreCase))
                return value;
        }

        throw new InvalidDataException($"{ClassName}: {key} must be one of {string.Join(", ", Enum.GetNames<T>())}, but was {node.ToJsonString()}.");
    }

    /// <summary>Returns the JSON of a nested object, such as an initializer; null if the key is absent.</summary>
    public JsonNode? Object(string key) => Value(key);

    /// <summary>Reads a string, or returns the default if the key is absent.</summary>
    public string Text(string key, string absent) => Value(key) is { } node ? Read<string>(key, node, "a text") : absent;

    /// <summary>Reads a seed: a whole number or null. Keras' seed generators are not supported.</summary>
    public long? Seed(string key = "seed") => Value(key) is { } node ? Read<long>(key, node, "a whole number or null") : null;

    /// <summary>Accepts a key only if it is null, because other values are not supported.</summary>
    /// <exception cref="InvalidDataException">The key is not null.</exception>
    public KerasConfig OnlyNull(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (Value(key) is { } node)
                throw new InvalidDataException($"{ClassName}: {key} is supported only as null, but was {node.ToJsonString()}.");
        }

        return this;
    }

    /// <summary>Accepts a key only if it has one value or is null, because other values are not supported.</summary>
    /// <exception cref="InvalidDataException">The key has another value.</exception>
    public KerasConfig Only(string key, JsonNode value)
    {
        if (Value(key) is { } node && !JsonNode.DeepEquals(node, value))
            throw new InvalidDataException($"{ClassName}: {key} is supported only as {value.ToJsonString()}, but was {node.ToJsonString()}.");
        return this;
    }

    /// <summary>Ignores keys that do not affect what the object computes.</summary>
    public KerasConfig Ignore(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
            _read.Add(key);
        return this;
    }

    /// <summary>Rejects settings that were not read, unless they are null, which newer versions write for unused settings.</summary>
    /// <exception cref="InvalidDataException">A setting was not read; the message names it.</exception>
    public void RequireAllRead()
    {
        foreach ((string key, JsonNode? value) in values)
        {
            if (value is not null && !_read.Contains(key))
                throw new InvalidDataException($"{ClassName}: {key} is no known setting, so it must be null, but was {value.ToJsonString()}.");
        }
    }

    private JsonNode? Value(string key)
    {
        _read.Add(key);
        return values[key];
    }

    private JsonNode Required(string key) => Value(key) ?? throw new InvalidDataException($"{ClassName}: {key} is missing.");

    private T Read<T>(string key, JsonNode? node, string rule)
    {
        try
        {
            return node.Deserialize<T>() ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new InvalidDataException($"{ClassName}: {key} must be {rule}, but was {node?.ToJsonString() ?? "null"}.");
        }
    }
}
