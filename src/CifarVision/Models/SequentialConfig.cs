using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Serialization;

namespace CifarVision.Models;

/// <summary>Converts a Sequential to and from Keras' config, a list of layers.</summary>
internal static class SequentialConfig
{
    /// <summary>Writes a model.</summary>
    public static JsonObject Write(Sequential model, ModelConfig writer)
    {
        var config = new JsonObject { ["name"] = model.Name, ["trainable"] = model.Trainable, ["dtype"] = "float32" };
        IEnumerable<Layer> layers = model.InputLayer is { } input ? model.Layers.Prepend(input) : model.Layers;
        config["layers"] = new JsonArray([.. layers.Select(writer.WriteLayer)]);
        if (model.InputLayer is { } first)
            config["build_input_shape"] = first.Shape.ToKeras();
        return config;
    }

    /// <summary>Reads a model.</summary>
    public static Sequential Read(JsonObject config, ModelConfig reader)
    {
        var settings = new KerasConfig(nameof(Sequential), config);
        var model = new Sequential();
        try
        {
            model.Rename(settings.Name() ?? model.Name);
            foreach (JsonNode? entry in settings.Object("layers") as JsonArray ?? throw new InvalidDataException("Sequential: layers is missing."))
                model.Add(reader.ReadLayer(entry));

            // Only false is set: true would also unfreeze the frozen layers. Shapes follow from the first layer, and dtypes belong to Compile.
            if (!settings.Flag("trainable", true))
                model.Trainable = false;
            settings.Ignore("build_input_shape", "dtype").RequireAllRead();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
