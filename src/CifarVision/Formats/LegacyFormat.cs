using System.Text.Json.Nodes;

namespace CifarVision.Formats;

/// <summary>
/// The layout of Keras' legacy files (.h5): configs are attributes of the root, and the weights of each layer are in a group of its name, with their order in
/// an attribute.
/// </summary>
internal static class LegacyFormat
{
    /// <summary>The group of the weights in the file of a whole model; a file of weights only has them in the root.</summary>
    public const string ModelWeights = "model_weights";

    private const string OwnGroup = "top_level_model_weights";
    private const string OptimizerWeights = "optimizer_weights";
    private const string ModelConfig = "model_config";
    private const string TrainingConfig = "training_config";
    private const string LayerNames = "layer_names";
    private const string WeightNames = "weight_names";

    /// <summary>Adds the weights of layers.</summary>
    /// <param name="file">The file.</param>
    /// <param name="group"><see cref="ModelWeights"/>, or empty for the root.</param>
    /// <param name="layers">The name of each layer, with its arrays by the names of the weights.</param>
    public static void AddLayers(Hdf5Writer file, string group, IReadOnlyList<(string Name, IReadOnlyList<(string Name, Tensor Values)> Weights)> layers)
    {
        if (layers.Any(layer => layer.Name == OwnGroup))
            throw new ArgumentException($"Model: in an .h5 file no layer may be named '{OwnGroup}', which the format needs itself. Rename the layer, or save to .keras.");
        file.SetText(group, "backend", "torch");
        file.SetText(group, "keras_version", KerasFormat.Version);
        file.SetNames(group, LayerNames, [.. layers.Select(layer => layer.Name)]);
        foreach ((string name, IReadOnlyList<(string Name, Tensor Values)> weights) in layers)
        {
            file.SetNames(Join(group, name), WeightNames, [.. weights.Select(weight => weight.Name)]);
            foreach ((string weight, Tensor values) in weights)
                file.AddArray(Join(Join(group, name), weight), values);
        }

        file.SetNames(Join(group, OwnGroup), WeightNames, []);
    }

    /// <summary>Adds the configs that make the file that of a whole model.</summary>
    /// <param name="file">The file.</param>
    /// <param name="envelope">The envelope of the model, as in a .keras file.</param>
    public static void AddConfig(Hdf5Writer file, JsonObject envelope)
    {
        file.SetText("", "backend", "torch");
        file.SetText("", "keras_version", KerasFormat.Version);
        file.SetText("", ModelConfig, KerasFormat.ToText(ToLegacy(envelope)));
        if (envelope["compile_config"] is not JsonObject { Count: > 0 } compile)
            return;
        JsonObject training = compile.DeepClone().AsObject();
        training.Remove("optimizer");
        training["optimizer_config"] = ToLegacy(compile["optimizer"]!.AsObject());
        file.SetText("", TrainingConfig, KerasFormat.ToText(training));
    }

    /// <summary>Returns the path of an array of the optimizer's state.</summary>
    public static string OptimizerPath(string name) => Join(OptimizerWeights, name);

    /// <summary>Adds the names of the arrays of the optimizer's state, in order.</summary>
    public static void NameOptimizer(Hdf5Writer file, IReadOnlyList<string> names) => file.SetNames(OptimizerWeights, WeightNames, names);

    /// <summary>Returns the model of a file as an envelope of a .keras file.</summary>
    /// <exception cref="InvalidDataException">The file is not that of a whole model.</exception>
    public static JsonObject ReadConfig(Hdf5Reader file, string source)
    {
        string config = file.Text("", ModelConfig)
            ?? throw new InvalidDataException($"Model: {source} must be the file of a whole model, but has no {ModelConfig}. Load a file of weights with LoadWeights.");
        JsonObject envelope = FromLegacy(KerasFormat.ParseObject(config, $"{ModelConfig} of {source}"));
        if (file.Text("", TrainingConfig) is { } training)
        {
            JsonObject compile = KerasFormat.ParseObject(training, $"{TrainingConfig} of {source}");
            compile["optimizer"] = compile["optimizer_config"] is JsonObject optimizer ? FromLegacy(optimizer) : null;
            compile.Remove("optimizer_config");
            envelope["compile_config"] = compile;
        }

        return envelope;
    }

    /// <summary>Returns the layers that have weights, in the model's order, with the paths of their arrays.</summary>
    /// <exception cref="InvalidDataException">The file does not have this layout.</exception>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> Paths)> ReadLayers(Hdf5Reader file, string source)
    {
        string group = file.HasGroup(ModelWeights) && file.Names("", LayerNames) is null ? ModelWeights : "";
        IReadOnlyList<string> layers = file.Names(group, LayerNames)
            ?? throw new InvalidDataException($"Model: {source} must hold {LayerNames} as legacy files of Keras do, but does not. Files of Keras 3's layout end with .weights.h5.");
        return [.. layers.Select(layer => (layer, ReadPaths(file, Join(group, layer)))).Where(layer => layer.Item2.Count > 0)];
    }

    /// <summary>Returns the paths of the arrays of the optimizer's state.</summary>
    public static IReadOnlyList<string> ReadOptimizer(Hdf5Reader file) => ReadPaths(file, OptimizerWeights);

    private static IReadOnlyList<string> ReadPaths(Hdf5Reader file, string group) =>
        [.. (file.Names(group, WeightNames) ?? []).Select(name => Join(group, name))];

    // Without module, registered name and build shapes; a class that Keras lacks has its registered name.
    private static JsonObject ToLegacy(JsonObject envelope)
    {
        var legacy = new JsonObject();
        foreach ((string key, JsonNode? value) in envelope)
        {
            if (key is not ("module" or "registered_name" or "build_config" or "compile_config"))
                legacy[key] = value?.DeepClone();
        }

        if (envelope["registered_name"]?.ToString() is { } registered)
            legacy["class_name"] = registered;
        if (legacy["config"]?["layers"] is JsonArray layers)
            legacy["config"]!["layers"] = new JsonArray([.. layers.Select(layer => ToLegacy(layer!.AsObject()))]);
        return legacy;
    }

    private static JsonObject FromLegacy(JsonObject legacy)
    {
        JsonObject envelope = legacy.DeepClone().AsObject();
        if (envelope["class_name"]?.ToString() is { } name && name.Contains('>', StringComparison.Ordinal))
        {
            envelope["registered_name"] = name;
            envelope["class_name"] = name[(name.LastIndexOf('>') + 1)..];
        }

        if (envelope["config"] is JsonObject config && config["layers"] is JsonArray layers)
            config["layers"] = new JsonArray([.. layers.Select(layer => layer is JsonObject inner ? FromLegacy(inner) : layer?.DeepClone())]);
        return envelope;
    }

    private static string Join(string group, string name) => group.Length == 0 ? name : $"{group}/{name}";
}
