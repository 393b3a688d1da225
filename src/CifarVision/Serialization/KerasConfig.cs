using System.Text.Json;
using System.Text.Json.Nodes;

namespace CifarVision.Serialization;

/// <summary>
/// The config of one object of a Keras file, read key by key. <see cref="RequireAllRead"/> then rejects what nobody asked for, so that no
/// setting of a file is accepted and ignored.
/// </summary>
/// <param name="className">The class, for the messages.</param>
/// <param name="values">The settings under Keras' names.</param>
/// <param name="customs">The user's own classes, for the objects inside this one.</param>
/// <param name="registeredName">The full name of a class that is not Keras' own, or null.</param>
internal sealed class KerasConfig(string className, JsonObject values, CustomObjects? customs = null, string? registeredName = null)
{
    private readonly HashSet<string> _read = [];

    /// <summary>Keras' class name, or its name as text: <c>GlorotUniform</c>, <c>glorot_uniform</c>.</summary>
    public string ClassName { get; } = className;

    /// <summary>The user's own classes.</summary>
    public CustomObjects Customs { get; } = customs ?? CustomObjects.None;

    /// <summary>
    /// Opens an object as Keras writes one: an envelope of class name and config, or its name alone, or a function, which is an envelope
    /// with the name for its config.
    /// </summary>
    /// <param name="node">The object.</param>
    /// <param name="kind">What it should be, for the message.</param>
    /// <param name="customs">The user's own classes.</param>
    /// <exception cref="InvalidDataException">It is neither.</exception>
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

    /// <summary>The object as one of the user's own classes; null where none of them has its name.</summary>
    public T? Custom<T>()
        where T : class => Customs.TryCreate<T>(registeredName, ClassName, values);

    /// <summary>The error for a class that neither the library nor the user has.</summary>
    public InvalidDataException Unknown(string kind, IEnumerable<string> known) =>
        new($"There is no {kind} {ClassName}. Those known are {string.Join(", ", known)}. Pass a class of your own as {nameof(CustomObject)}.");

    /// <summary>A number, or the default where the key is absent.</summary>
    public double Number(string key, double absent) => Value(key) is { } node ? Read<double>(key, node, "a number") : absent;

    /// <summary>A number that must be there.</summary>
    public double Number(string key) => Read<double>(key, Required(key), "a number");

    /// <summary>A number, or null where the key is absent.</summary>
    public double? OptionalNumber(string key) => Value(key) is { } node ? Read<double>(key, node, "a number or null") : null;

    /// <summary>A whole number; null where the key is absent.</summary>
    public int? OptionalWhole(string key) => Value(key) is { } node ? Read<int>(key, node, "a whole number or null") : null;

    /// <summary>A whole number that must be there.</summary>
    public int Whole(string key) => Read<int>(key, Required(key), "a whole number");

    /// <summary>A whole number, or the default where the key is absent.</summary>
    public int Whole(string key, int absent) => Value(key) is { } node ? Read<int>(key, node, "a whole number") : absent;

    /// <summary>What has no method of its own and must be there: a list, a list of lists.</summary>
    /// <param name="key">The key.</param>
    /// <param name="rule">What it must be, for the message.</param>
    public T Required<T>(string key, string rule) => Read<T>(key, Required(key), rule);

    /// <summary>True or false, or the default where the key is absent.</summary>
    public bool Flag(string key, bool absent) => Value(key) is { } node ? Read<bool>(key, node, "true or false") : absent;

    /// <summary>A value of an enum by its snake-case name, or the default where the key is absent.</summary>
    public T Choice<T>(string key, T absent)
        where T : struct, Enum => Value(key) is null ? absent : Choice<T>(key);

    /// <summary>A value of an enum by its snake-case name, that must be there.</summary>
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

    /// <summary>Whatever stands there: an initializer, a regularizer. Null where the key is absent.</summary>
    public JsonNode? Object(string key) => Value(key);

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

    /// <summary>Passes over a key that may only have one value, or be null, since the others have no counterpart here.</summary>
    /// <exception cref="InvalidDataException">The file sets another.</exception>
    public KerasConfig Only(string key, JsonNode value)
    {
        if (Value(key) is { } node && !JsonNode.DeepEquals(node, value))
            throw new InvalidDataException($"{ClassName}: {key} is supported only as {value.ToJsonString()}, but was {node.ToJsonString()}.");
        return this;
    }

    /// <summary>Passes over keys that say nothing about what the object computes.</summary>
    public KerasConfig Ignore(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
            _read.Add(key);
        return this;
    }

    /// <summary>Rejects settings that were not read; null is what newer versions write for what is not used.</summary>
    /// <exception cref="InvalidDataException">There is one; the message names it.</exception>
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
