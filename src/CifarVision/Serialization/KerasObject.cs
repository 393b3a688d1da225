using System.Text.Json.Nodes;

namespace CifarVision.Serialization;

/// <summary>The envelope of an object in Keras' files: module, class name, config, and the name of a registered class.</summary>
internal static class KerasObject
{
    /// <summary>Wraps a config; a class that Keras lacks is registered as <c>CifarVision&gt;ClassName</c>.</summary>
    public static JsonObject Wrap(string module, string className, JsonObject config, bool registered = false) => new()
    {
        ["module"] = registered ? null : module,
        ["class_name"] = className,
        ["config"] = config,
        ["registered_name"] = registered ? Registered(className) : null,
    };

    /// <summary>Returns the registered name of a class that Keras lacks.</summary>
    public static string Registered(string className) => $"CifarVision>{className}";

    /// <summary>Converts a snake-case name to a class name: <c>glorot_uniform</c> is <c>GlorotUniform</c>. A class name is returned unchanged.</summary>
    public static string ToClassName(string name) =>
        string.Concat(name.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
