using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Serialization;

namespace CifarVision.Models;

/// <summary>A call of a layer in the config of a functional model: its tensors and arguments.</summary>
/// <param name="Tensors">The tensors, each <c>[layer, call, index]</c>.</param>
/// <param name="IsOnList">Whether the layer is called on a list.</param>
/// <param name="Training">The argument <c>training</c> of the call, or null.</param>
/// <param name="IsOldForm">Whether it has the format of Keras 2, which counts the calls of nested models from 1.</param>
internal sealed record CallConfig(IReadOnlyList<JsonArray> Tensors, bool IsOnList, bool? Training, bool IsOldForm)
{
    private const string TensorClass = "__keras_tensor__";

    /// <summary>Writes a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="numberOf">Returns the index of a tensor's call among the calls of its layer in the model.</param>
    public static JsonObject Write(Node call, Func<KerasTensor, int> numberOf)
    {
        JsonNode[] tensors = [.. call.Inputs.Select(tensor => KerasTensorConfig(tensor, numberOf(tensor)))];
        var settings = new JsonObject();
        if (call.Training is { } training)
            settings["training"] = training;
        if (TakesMask(call.Layer))
            settings["mask"] = call.IsCalledOnList ? new JsonArray(new JsonNode?[tensors.Length]) : null;
        return new JsonObject { ["args"] = new JsonArray(call.IsCalledOnList ? new JsonArray(tensors) : tensors[0]), ["kwargs"] = settings };
    }

    /// <summary>Reads a call.</summary>
    /// <exception cref="InvalidDataException">The call is not on one tensor or one list of tensors, or has unknown arguments.</exception>
    public static CallConfig Read(JsonNode? node, string layer) => node switch
    {
        JsonObject call => ReadObject(call, layer),
        JsonArray { Count: > 0 } call => ReadOldForm(call, layer),
        _ => throw Unknown(node, layer),
    };

    /// <summary>Whether a node is a tensor <c>[layer, call, index]</c>.</summary>
    public static bool IsTensor(JsonNode? node) => node is JsonArray { Count: 3 or 4 } tensor
        && IsOf(tensor[0], JsonValueKind.String) && IsOf(tensor[1], JsonValueKind.Number) && IsOf(tensor[2], JsonValueKind.Number);

    // Keras writes a mask for every layer whose call takes one, although images have none.
    private static bool TakesMask(Layer layer) => layer is BatchNormalization or Softmax or Model;

    private static JsonObject KerasTensorConfig(KerasTensor tensor, int call) => new()
    {
        ["class_name"] = TensorClass,
        ["config"] = new JsonObject { ["shape"] = tensor.Shape.ToKeras(), ["dtype"] = "float32", ["keras_history"] = new JsonArray(tensor.Name, call, tensor.Index) },
    };

    private static CallConfig ReadObject(JsonObject call, string layer)
    {
        bool? training = ReadSettings(call["kwargs"] as JsonObject ?? [], layer);
        return call["args"] switch
        {
            JsonArray { Count: 1 } args when args[0] is JsonArray { Count: > 0 } list => new CallConfig([.. list.Select(tensor => History(tensor, layer))], IsOnList: true, training, IsOldForm: false),
            JsonArray { Count: 1 } args => new CallConfig([History(args[0], layer)], IsOnList: false, training, IsOldForm: false),
            _ => throw Unknown(call, layer),
        };
    }

    // Keras 2: a list of [layer, call, place, settings].
    private static CallConfig ReadOldForm(JsonArray call, string layer)
    {
        JsonArray[] tensors = [.. call.Select(tensor => tensor as JsonArray ?? throw Unknown(call, layer))];
        bool? training = tensors.Select(tensor => ReadSettings(tensor.ElementAtOrDefault(3) as JsonObject ?? [], layer)).FirstOrDefault(value => value is not null);
        return new CallConfig([.. tensors.Select(tensor => RequireHistory(tensor, call, layer))], tensors.Length > 1, training, IsOldForm: true);
    }

    private static bool? ReadSettings(JsonObject settings, string layer)
    {
        var reader = new KerasConfig($"the call of '{layer}'", settings);
        if (reader.Object("mask") is { } mask && (mask as JsonArray)?.All(item => item is null) != true)
            throw new InvalidDataException($"the call of '{layer}' must be without a mask, but has {mask.ToJsonString()}.");
        bool? training = reader.Object("training") is null ? null : reader.Flag("training", false);
        reader.RequireAllRead();
        return training;
    }

    private static JsonArray History(JsonNode? node, string layer) =>
        node is JsonObject tensor && tensor["class_name"]?.ToString() == TensorClass && tensor["config"]?["keras_history"] is JsonArray history
            ? RequireHistory(history, node, layer)
            : throw Unknown(node, layer);

    private static JsonArray RequireHistory(JsonArray tensor, JsonNode call, string layer) =>
        IsTensor(tensor) ? tensor : throw Unknown(call, layer);

    private static bool IsOf(JsonNode? node, JsonValueKind kind) => node?.GetValueKind() == kind;

    private static InvalidDataException Unknown(JsonNode? call, string layer) =>
        new($"a call of '{layer}' must be on one tensor or one list of tensors, but was {call?.ToJsonString() ?? "null"}.");
}
