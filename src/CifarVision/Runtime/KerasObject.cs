using System.Text.Json.Nodes;

namespace CifarVision.Runtime;

/// <summary>The envelope in which Keras' files hold an object: module, class name, config, and the name of a registered class.</summary>
internal static class KerasObject
{
    /// <summary>Wraps a config; a class that Keras lacks is registered as <c>CifarVision&gt;ClassName</c>.</summary>
    public static JsonObject Wrap(string module, string className, JsonObject config, bool registered = false) => new()
    {
        ["module"] = registered ? null : module,
        ["class_name"] = className,
        ["config"] = config,
        ["registered_name"] = registered ? $"CifarVision>{className}" : null,
    };
}
