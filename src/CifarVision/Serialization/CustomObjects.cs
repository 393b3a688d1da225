using System.Text.Json.Nodes;

namespace CifarVision.Serialization;

/// <summary>The classes that a user gave for loading, by name.</summary>
internal sealed class CustomObjects
{
    private readonly Dictionary<string, CustomObject> _byName = [];

    public CustomObjects(IEnumerable<CustomObject> objects)
    {
        foreach (CustomObject custom in objects)
        {
            ArgumentNullException.ThrowIfNull(custom, nameof(objects));
            if (!_byName.TryAdd(custom.ClassName, custom))
                throw new ArgumentException($"CustomObject: class names must be unique, but there is a second '{custom.ClassName}'. Leave one out.", nameof(objects));
        }
    }

    /// <summary>None.</summary>
    public static CustomObjects None { get; } = new([]);

    /// <summary>Whether there is a class of that name.</summary>
    public bool Has(string className) => _byName.ContainsKey(className);

    /// <summary>Makes an object of one of the classes; null where none has the name.</summary>
    /// <param name="registeredName">The full name in the file, as <c>MyPackage>Swish</c>, or null.</param>
    /// <param name="className">The class's name in the file.</param>
    /// <param name="config">Its config.</param>
    /// <exception cref="InvalidDataException">It is not what the file has it for, or its maker refused the config.</exception>
    public T? TryCreate<T>(string? registeredName, string className, JsonObject config)
        where T : class
    {
        if (!_byName.TryGetValue(registeredName ?? className, out CustomObject? custom) && !_byName.TryGetValue(className, out custom))
            return null;
        try
        {
            object created = custom.Create(config);
            return created as T
                ?? throw new InvalidDataException($"CustomObject: {className} must make a {typeof(T).Name}, but made {created?.GetType().Name ?? "null"}.");
        }
        // What a maker meets in a config that it does not understand: a key that is missing or of another kind, a value out of range.
        catch (Exception error) when (error is NullReferenceException or InvalidOperationException or FormatException or ArgumentException or KeyNotFoundException)
        {
            throw new InvalidDataException($"CustomObject: {className} could not be made from {config.ToJsonString()}: {error.Message}", error);
        }
    }
}
