using System.Text.Json.Nodes;

namespace CifarVision.Serialization;

/// <summary>How a Keras file states a loss or a metric: by name alone or in full. It is written again in the same way.</summary>
/// <param name="Name">The name, as <c>mse</c>, or a function, which is an envelope with the name for its config; null where the settings are stated too.</param>
internal sealed record WrittenForm(JsonNode? Name)
{
    /// <summary>The form of what stands in a file.</summary>
    public static WrittenForm Of(JsonNode node) =>
        new(node is JsonValue || node["class_name"]?.ToString() == "function" ? node.DeepClone() : null);
}
