using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Models;

public sealed partial class Sequential
{
    /// <summary>The settings under Keras' names: the layers in their envelopes, as every Keras 3 reads them.</summary>
    /// <exception cref="NotSupportedException">A layer has no config.</exception>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        InputLayer? input = _input ?? (IsBuilt ? new InputLayer(InputShape) : null);
        IEnumerable<Layer> layers = input is null ? _layers : _layers.Prepend(input);
        config["layers"] = new JsonArray([.. layers.Select(layer => layer.ToKeras())]);
        if (input is not null)
            config["build_input_shape"] = input.Shape.ToKeras();
        return config;
    }

    /// <summary>A model of the same layers as the one whose <see cref="GetConfig"/> this is, with first weights of its own and not compiled.</summary>
    /// <param name="config">The settings under Keras' names.</param>
    /// <param name="customObjects">Classes of your own that the config names. Default none.</param>
    /// <exception cref="InvalidDataException">The config names a layer or setting that is not offered.</exception>
    public static Sequential FromConfig(JsonObject config, IEnumerable<CustomObject>? customObjects = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Understand("the config", "", () => FromConfig(config, new CustomObjects(customObjects ?? []), awaitsValues: false));
    }

    /// <inheritdoc cref="Model.Load(string, IEnumerable{CustomObject}?, bool)"/>
    /// <exception cref="InvalidDataException">The file is damaged, or holds a model that is not a Sequential.</exception>
    public static new Sequential Load(string path, IEnumerable<CustomObject>? customObjects = null, bool compile = true) =>
        RequireSequential(Model.Load(path, customObjects, compile), path);

    /// <inheritdoc cref="Model.FromJson(string, IEnumerable{CustomObject}?)"/>
    /// <exception cref="InvalidDataException">The text describes a model that is not a Sequential.</exception>
    public static new Sequential FromJson(string json, IEnumerable<CustomObject>? customObjects = null) =>
        RequireSequential(Model.FromJson(json, customObjects), "the JSON");

    internal static Sequential FromConfig(JsonObject config, CustomObjects customs, bool awaitsValues)
    {
        var reader = new KerasConfig(nameof(Sequential), config);
        CustomObjects known = customs.With(CustomObject.Of(nested => FromConfig(nested, customs, awaitsValues)));
        var model = new Sequential();
        try
        {
            model.Rename(reader.Name() ?? model.Name);
            foreach (JsonNode? entry in reader.Object("layers") as JsonArray ?? throw new InvalidDataException("Sequential: layers is missing."))
            {
                Layer layer = LayerFactory.FromKeras(entry as JsonObject ?? throw new InvalidDataException($"Sequential: each of its layers must be an object, but one was {entry?.ToJsonString() ?? "null"}."), known);
                if (awaitsValues)
                    layer.AwaitValues();
                model.Add(layer);
            }

            // Only false is set: true would reach the frozen layers among them. Shapes follow from the first layer, and number formats are Compile's.
            if (!reader.Flag("trainable", true))
                model.Trainable = false;
            reader.Ignore("build_input_shape", "dtype").RequireAllRead();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static Sequential RequireSequential(Model model, string source)
    {
        if (model is Sequential sequential)
            return sequential;
        model.Dispose();
        throw new InvalidDataException($"Sequential: {source} must hold a Sequential, but holds a functional model. Use Model.Load.");
    }
}
