using System.Text.Json.Nodes;

namespace CifarVision.Tests.Testing;

/// <summary>What stands in the files of a model exported to TensorFlow.js.</summary>
internal static class ExportedModel
{
    public static JsonObject Json(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "model.json")))!.AsObject();

    /// <summary>Its layers, the input among them.</summary>
    public static IReadOnlyList<JsonObject> Layers(string folder) =>
        [.. Json(folder)["modelTopology"]!["config"]!["layers"]!.AsArray().Select(layer => layer!.AsObject())];

    public static IReadOnlyList<string> LayerNames(string folder) => [.. Layers(folder).Select(layer => layer["name"]!.GetValue<string>())];

    /// <summary>The files of weights, in their order.</summary>
    public static IReadOnlyList<string> Shards(string folder) =>
        [.. Json(folder)["weightsManifest"]![0]!["paths"]!.AsArray().Select(name => Path.Combine(folder, name!.GetValue<string>()))];
}
