using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Layers;

namespace CifarVision.Models;

/// <summary>
/// Converts operators on Keras' symbolic tensors, such as <c>x + y</c> and <c>x * 0.5</c>, which the config of a functional model has among its layers, to
/// the layers that compute the same.
/// </summary>
internal static class OperationConfig
{
    private const string Module = "keras.src.ops.numpy";

    /// <summary>Returns the layer that takes the place of an operator, or the entry itself if it is none.</summary>
    /// <exception cref="InvalidDataException">There is no such layer.</exception>
    public static JsonNode? ToLayer(JsonNode? entry)
    {
        if (entry is not JsonObject operation || operation["module"]?.ToString() != Module)
            return entry;
        string className = operation["class_name"]?.ToString() ?? "";
        JsonNode? name = operation["name"] ?? operation["config"]?["name"];
        // Each operator is an object of its own in Keras, so it has one call.
        if (operation["inbound_nodes"] is not JsonArray { Count: 1 } calls || calls[0]?["args"] is not JsonArray { Count: 2 } args || calls[0]?["kwargs"] is JsonObject { Count: > 0 })
            throw Unknown(operation, className, name);
        (string, JsonObject, JsonNode)? layer = (className, NumberOf(args[0]), NumberOf(args[1])) switch
        {
            (nameof(Add) or nameof(Subtract) or nameof(Multiply), null, null) when RankOf(args[0]) == RankOf(args[1]) => (className, [], new JsonArray(args[0]?.DeepClone(), args[1]?.DeepClone())),
            (nameof(Add), null, { } number) => (nameof(Rescaling), Scaled(1, number), args[0]!),
            (nameof(Add), { } number, null) => (nameof(Rescaling), Scaled(1, number), args[1]!),
            (nameof(Subtract), null, { } number) => (nameof(Rescaling), Scaled(1, -number), args[0]!),
            (nameof(Subtract), { } number, null) => (nameof(Rescaling), Scaled(-1, number), args[1]!),
            (nameof(Multiply), null, { } number) => (nameof(Rescaling), Scaled(number, 0), args[0]!),
            (nameof(Multiply), { } number, null) => (nameof(Rescaling), Scaled(number, 0), args[1]!),
            _ => null,
        };
        (string known, JsonObject config, JsonNode argument) = layer ?? throw Unknown(operation, className, name);
        config["name"] = name?.DeepClone();
        return new JsonObject
        {
            ["module"] = "keras.layers",
            ["class_name"] = known,
            ["config"] = config,
            ["name"] = name?.DeepClone(),
            ["inbound_nodes"] = new JsonArray(new JsonObject { ["args"] = new JsonArray(argument.DeepClone()), ["kwargs"] = new JsonObject() }),
        };
    }

    private static JsonObject Scaled(double scale, double offset) => new() { ["scale"] = scale, ["offset"] = offset };

    private static double? NumberOf(JsonNode? node) => node?.GetValueKind() == JsonValueKind.Number ? node.Deserialize<double>() : null;

    // Operators align axes from the last, merging layers insert them after the batch.
    private static int? RankOf(JsonNode? tensor) => (tensor?["config"]?["shape"] as JsonArray)?.Count;

    private static InvalidDataException Unknown(JsonObject operation, string className, JsonNode? name) => new(
        $"{className} '{name}': an operator on tensors must be +, - or * of two tensors of one rank, or of a tensor and a number, but was {operation["inbound_nodes"]?.ToJsonString()}. Use a layer in its place.");
}
