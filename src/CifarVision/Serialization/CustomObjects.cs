using System.Text.Json.Nodes;

namespace CifarVision.Serialization;

/// <summary>The user's own classes for loading, by name.</summary>
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

    /// <summary>No classes.</summary>
    public static CustomObjects None { get; } = new([]);

    /// <summary>Whether there is a class of a name.</summary>
    public bool Has(string className) => _byName.ContainsKey(className);

    /// <summary>Creates an object of the class of a name; null if there is none.</summary>
    /// <param name="registeredName">The full name in the file, such as <c>MyPackage>Swish</c>, or null.</param>
    /// <param name="className">The name of the class in the file.</param>
    /// <param name="config">The config of the object.</param>
    /// <exception cref="InvalidDataException">The object has another type than the file says, or its factory rejected the config.</exception>
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
        // The exceptions of a factory for a config with a missing key, a value of another type or out of range.
        catch (Exception error) when (error is NullReferenceException or InvalidOperationException or FormatException or ArgumentException or KeyNotFoundException)
        {
            throw new InvalidDataException($"CustomObject: {className} could not be made from {config.ToJsonString()}: {error.Message}", error);
        }
    }
}
