using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Serialization;

namespace CifarVision.Models;

/// <summary>
/// Converts a functional model to and from Keras' config: the layers, each with its calls, and the input and output tensors. A tensor is
/// identified by its layer, the index of the call and its index among the outputs of the call.
/// </summary>
internal static class FunctionalConfig
{
    // Keras counts calls of a functional model from 1 in the lists of inputs and outputs, but from 0 in the calls of layers.
    private static int FirstCall(Layer layer) => layer is Model and not Sequential ? 1 : 0;

    /// <summary>Writes a model.</summary>
    public static JsonObject Write(Model model, ModelConfig writer)
    {
        Dictionary<Layer, List<Node>> calls = model.Graph.Layers.ToDictionary(layer => layer, layer => model.Graph.CallsOf(layer).ToList());
        var layers = new JsonArray();
        foreach (Layer layer in model.Graph.Layers)
        {
            JsonObject envelope = writer.WriteLayer(layer);
            envelope["name"] = layer.Name;
            envelope["inbound_nodes"] = new JsonArray([.. calls[layer].Where(call => call.Inputs.Count > 0).Select(call => CallConfig.Write(call, NumberOf))]);
            layers.Add(envelope);
        }

        return new JsonObject
        {
            ["name"] = model.Name,
            ["trainable"] = model.Trainable,
            ["layers"] = layers,
            ["input_layers"] = Tensors(model.Inputs),
            ["output_layers"] = Tensors(model.Outputs),
        };

        int NumberOf(KerasTensor tensor) => calls[tensor.Node.Layer].IndexOf(tensor.Node);

        // A list even for one tensor, because the oldest Keras 3 reads nothing else.
        JsonArray Tensors(IReadOnlyList<KerasTensor> tensors) =>
            [.. tensors.Select(tensor => new JsonArray(tensor.Name, NumberOf(tensor) + FirstCall(tensor.Node.Layer), tensor.Index))];
    }

    /// <summary>Reads a model.</summary>
    public static Model Read(JsonObject config, ModelConfig reader)
    {
        var settings = new KerasConfig("Functional", config);
        string? name = settings.Name();
        JsonArray entries = settings.Required<JsonArray>("layers", "a list of layers");
        var calls = new LayerCalls();
        try
        {
            foreach (JsonNode? entry in entries.Select(OperationConfig.ToLayer))
            {
                Layer layer = reader.ReadLayer(entry);
                calls.Add(layer, entry!["name"]?.ToString() ?? layer.Name, entry["inbound_nodes"] as JsonArray ?? []);
            }

            calls.Make();
            var model = new Model(Tensors("input_layers"), Tensors("output_layers"), name);
            // Only false is set: true would also unfreeze the frozen layers.
            if (!settings.Flag("trainable", true))
                model.Trainable = false;
            settings.Ignore("dtype").RequireAllRead();
            return model;
        }
        catch
        {
            calls.Dispose();
            throw;
        }

        IReadOnlyList<KerasTensor> Tensors(string key)
        {
            JsonNode tensors = settings.Required<JsonNode>(key, "a list of tensors");
            return [.. Flatten(tensors).Select(tensor => calls.Find(tensor, tensor[1]!.GetValue<int>() - (calls.IsOldForm ? 0 : FirstCall(calls.Layer(tensor)))))];
        }
    }

    // One tensor, a list, or a dictionary by name, which Keras flattens in the order of its keys.
    private static IEnumerable<JsonArray> Flatten(JsonNode tensors) => tensors switch
    {
        JsonArray tensor when CallConfig.IsTensor(tensor) => [tensor],
        JsonArray list when list.All(CallConfig.IsTensor) => list.Select(item => item!.AsArray()),
        JsonObject table when table.All(item => CallConfig.IsTensor(item.Value)) => table.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => item.Value!.AsArray()),
        _ => throw new InvalidDataException($"Functional: inputs and outputs must be tensors as [layer, call, place], but were {tensors.ToJsonString()}."),
    };
}
