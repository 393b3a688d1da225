using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Layers;
using CifarVision.Serialization;

namespace CifarVision.Models;

/// <summary>
/// Converts a model to and from its envelope in Keras' files. One object reads or writes one file, because layers that several nested models share are identified
/// by numbers that are unique in the file.
/// </summary>
internal sealed class ModelConfig
{
    // Each nested model takes three levels of JSON, of which KerasFormat reads 256.
    private const int DeepestNesting = 64;

    // Beside the config, where Keras ignores it: to Keras the layers are separate.
    private const string SharedKey = "cifarvision_shared_id";

    // With this key Keras marks a layer that occurs more than once in a .keras file.
    private const string KerasSharedKey = "shared_object_id";

    private readonly CustomObjects _customs;
    private readonly bool _awaitsValues;
    private readonly Dictionary<Layer, int> _sharedToWrite = [];
    private readonly Dictionary<string, Layer> _sharedRead = [];
    private int _nesting;

    private ModelConfig(CustomObjects customs, bool awaitsValues) => (_customs, _awaitsValues) = (customs, awaitsValues);

    /// <summary>Writes the architecture and the compile config of a model, in a format that every Keras 3 reads.</summary>
    /// <exception cref="NotSupportedException">A layer has no config.</exception>
    public static JsonObject Write(Model model) => ForWriting(model).WriteModel(model);

    /// <summary>Writes the config without its envelope.</summary>
    /// <exception cref="NotSupportedException">A layer has no config.</exception>
    public static JsonObject WriteConfig(Model model) => ForWriting(model).ConfigOf(model);

    /// <summary>Reads a model, not compiled and with new initial weights.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="source">The source, for messages.</param>
    /// <param name="customs">The user's own classes.</param>
    /// <param name="awaitsValues">Whether the caller then reads the values of the weights from a file, so that they need no initial values.</param>
    /// <exception cref="InvalidDataException">The config is invalid, or contains unknown objects.</exception>
    public static Model Read(JsonObject envelope, string source, CustomObjects customs, bool awaitsValues) => ReadOrInvalidData(source, "", () =>
        IsModel(envelope)
            ? new ModelConfig(customs, awaitsValues).ReadOldOrNew(envelope)
            : throw new InvalidDataException($"it holds a {envelope["class_name"]?.ToString() ?? "thing without class_name"}, which is no {nameof(Sequential)} or functional model."));

    /// <summary>Reads a model from its config without an envelope.</summary>
    /// <param name="className"><c>Sequential</c> or <c>Functional</c>.</param>
    /// <param name="config">The config.</param>
    /// <param name="customs">The user's own classes.</param>
    /// <exception cref="InvalidDataException">The config is invalid, or contains unknown objects.</exception>
    public static Model ReadConfig(string className, JsonObject config, CustomObjects customs) =>
        Read(KerasObject.Wrap("keras", className, config.DeepClone().AsObject()), "the config", customs, awaitsValues: false);

    /// <summary>Runs a reader, and converts the exceptions that invalid content causes to <see cref="InvalidDataException"/>.</summary>
    /// <exception cref="InvalidDataException">The content of the file is invalid.</exception>
    public static T ReadOrInvalidData<T>(string source, string advice, Func<T> read)
    {
        try
        {
            return read();
        }
        // The exceptions of constructors for invalid arguments, and of JSON nodes of an unexpected kind.
        catch (Exception error) when (error is InvalidDataException or ArgumentException or InvalidOperationException or JsonException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"Model: {source} must describe a model of known parts, but: {error.Message} {advice}".TrimEnd(), error);
        }
        // Torch adds its C++ stack to the message.
        catch (ExternalException error)
        {
            throw new InvalidDataException($"Model: {source} must describe a model that torch can create, but: {error.Message.Split('\n')[0]} {advice}".TrimEnd(), error);
        }
    }

    /// <summary>Writes a layer of a model, which may be a model itself.</summary>
    public JsonObject WriteLayer(Layer layer)
    {
        JsonObject envelope = layer is Model model ? WriteModel(model) : layer.ToKeras();
        if (_sharedToWrite.TryGetValue(layer, out int id))
            envelope[SharedKey] = id;
        return envelope;
    }

    /// <summary>Reads a layer of a model, which may be a model itself. A shared layer that has already been read is returned again.</summary>
    /// <exception cref="InvalidDataException">The node is not an object or not a known layer, or models are nested too deeply.</exception>
    public Layer ReadLayer(JsonNode? node)
    {
        JsonObject envelope = node as JsonObject ?? throw new InvalidDataException($"each layer must be an object, but one was {node?.ToJsonString() ?? "null"}.");
        string? id = (envelope[SharedKey] ?? envelope[KerasSharedKey])?.ToJsonString();
        if (id is not null && _sharedRead.TryGetValue(id, out Layer? shared))
            return shared;
        Layer layer = IsModel(envelope) && !_customs.Has(envelope["class_name"]!.ToString()) ? ReadModel(envelope) : LayerFactory.FromEnvelope(envelope, _customs);
        layer.DeferWeights(_awaitsValues);
        if (id is not null)
            _sharedRead.Add(id, layer);
        return layer;
    }

    // A class of the same name that was registered in Python is a different class.
    private static bool IsModel(JsonObject envelope) =>
        envelope["class_name"]?.ToString() is "Sequential" or "Functional" or "Model"
        && (envelope["registered_name"] is null || JsonNode.DeepEquals(envelope["registered_name"], envelope["class_name"]));

    private static ModelConfig ForWriting(Model model)
    {
        var writer = new ModelConfig(CustomObjects.None, awaitsValues: false);
        IEnumerable<Model> models = LayerTree.Walk(model).Select(place => place.Layer).OfType<Model>();
        foreach ((Layer layer, _) in models.SelectMany(inner => inner.Sublayers).CountBy(layer => layer).Where(pair => pair.Value > 1))
            writer._sharedToWrite.Add(layer, writer._sharedToWrite.Count);
        return writer;
    }

    private Model ReadOldOrNew(JsonObject envelope)
    {
        Model model = ReadModel(LegacyConfig.ToCurrent(envelope, out IReadOnlyList<string> takenForChannels));
        Layer? ambiguous = LayerTree.Walk(model).Select(place => place.Layer)
            .FirstOrDefault(layer => takenForChannels.Contains(layer.Name) && layer.IsBuilt && layer.InputShape.Rank == 3 && layer.InputShape.Dims[1] == layer.InputShape.Dims[2]);
        if (ambiguous is null)
            return model;
        model.Dispose();
        throw new InvalidDataException(
            $"BatchNormalization '{ambiguous.Name}' of a model in channels_first has axis -1, and as many columns as channels, so it is not known which of them it normalizes. Create the model in channels_last and set its weights by SetWeights.");
    }

    private JsonObject WriteModel(Model model)
    {
        JsonObject envelope = KerasObject.Wrap(model is Sequential ? "keras" : "keras.src.models.functional", model.KerasClass, ConfigOf(model));
        if (model is not Sequential)
            envelope["registered_name"] = model.KerasClass;
        if (model.IsBuilt)
            envelope["build_config"] = new JsonObject { ["input_shape"] = model is Sequential ? model.InputShape.ToKeras() : null };
        envelope["compile_config"] = CompileConfig.Write(model);
        return envelope;
    }

    private JsonObject ConfigOf(Model model) => model is Sequential sequential ? SequentialConfig.Write(sequential, this) : FunctionalConfig.Write(model, this);

    private Model ReadModel(JsonObject envelope)
    {
        if (++_nesting > DeepestNesting)
            throw new InvalidDataException(FormattableString.Invariant($"models are nested more than {DeepestNesting} deep."));
        JsonObject config = envelope["config"] as JsonObject ?? throw new InvalidDataException($"the config of a {envelope["class_name"]} is missing.");
        Model model = envelope["class_name"]!.ToString() == nameof(Sequential) ? SequentialConfig.Read(config, this) : FunctionalConfig.Read(config, this);
        _nesting--;
        return model;
    }
}
