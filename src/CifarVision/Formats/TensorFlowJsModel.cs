using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Formats;

/// <summary>
/// Gathers layers and writes them as a LayersModel of TensorFlow.js: <c>model.json</c> with a graph of layers in Keras 2's form and the list of
/// weights, whose values follow each other, as float32, in files of at most 4 MB.
/// </summary>
internal sealed partial class TensorFlowJsModel
{
    private const string ModelFile = "model.json";

    private readonly string _root;
    private readonly List<TensorFlowJsLayer> _layers = [];
    private readonly Dictionary<object, TensorFlowJsLayer> _withWeights = [];
    private readonly HashSet<string> _names = [];
    private readonly List<(string Name, Tensor Values)> _weights = [];

    /// <summary>Begins with the inputs.</summary>
    /// <param name="root">The path of the model; layers are named by what follows it in theirs.</param>
    /// <param name="inputs">The name of each input, and the shape of one sample.</param>
    public TensorFlowJsModel(string root, IEnumerable<(string Name, TensorShape Shape)> inputs)
    {
        _root = root;
        Inputs = [.. inputs.Select(input => AddInput(input.Name, input.Shape))];
    }

    /// <summary>The inputs, for the first layers.</summary>
    public IReadOnlyList<TensorFlowJsTensor> Inputs { get; }

    /// <summary>Adds a layer, or another call of one with weights that was added before.</summary>
    /// <param name="owner">Whose weights these are.</param>
    /// <param name="className">As TensorFlow.js knows it.</param>
    /// <param name="path">The layer's path.</param>
    /// <param name="config">Its settings but for the name.</param>
    /// <param name="inputs">What it is called on.</param>
    /// <param name="weights">Names inside the layer, and values, which are read when the model is written.</param>
    public TensorFlowJsTensor Add(
        object owner, string className, string path, JsonObject config, IReadOnlyList<TensorFlowJsTensor> inputs, IReadOnlyList<(string Name, Tensor Values)> weights)
    {
        if (_withWeights.TryGetValue(owner, out TensorFlowJsLayer? called) && called.TryCall(inputs) is { } again)
            return again;
        TensorFlowJsLayer layer = AddNamed(className, path.StartsWith($"{_root}/", StringComparison.Ordinal) ? path[(_root.Length + 1)..] : path, config);
        if (weights.Count > 0)
            _withWeights[owner] = layer;
        _weights.AddRange(weights.Select(weight => ($"{layer.Name}/{weight.Name}", weight.Values)));
        return layer.TryCall(inputs)!.Value;
    }

    /// <summary>Writes the model; a folder of an earlier one stays until the new one is whole.</summary>
    /// <param name="folder">Is made; the folder around it must exist.</param>
    /// <param name="outputs">The model's outputs.</param>
    /// <exception cref="DirectoryNotFoundException">The folder around it does not exist.</exception>
    /// <exception cref="ArgumentException">There is a file of this name, or a folder that holds other files than such a model.</exception>
    public void Write(string folder, IReadOnlyList<TensorFlowJsTensor> outputs) => AtomicFolder.Write(folder, IsFileOfModel, place =>
    {
        var shards = new ShardWriter(place, _weights.Sum(weight => weight.Values.numel()) * sizeof(float));
        foreach ((_, Tensor values) in _weights)
            shards.Write(values);
        shards.Finish();
        AtomicFile.Write(Path.Combine(place, ModelFile), stream => JsonSerializer.Serialize(stream, ToJson(outputs, shards.Names)));
    });

    private static bool IsFileOfModel(string name) => name == ModelFile || ShardWriter.IsShard(name);

    private JsonObject ToJson(IReadOnlyList<TensorFlowJsTensor> outputs, IReadOnlyList<string> shards) => new()
    {
        ["format"] = "layers-model",
        ["generatedBy"] = "CifarVision",
        ["convertedBy"] = null,
        ["modelTopology"] = new JsonObject
        {
            ["class_name"] = "Model",
            ["config"] = new JsonObject
            {
                ["name"] = _root,
                ["layers"] = new JsonArray([.. _layers.Select(layer => layer.ToJson())]),
                ["input_layers"] = ToJson(Inputs),
                ["output_layers"] = ToJson(outputs),
            },
            ["keras_version"] = "tfjs-layers 4.22.0",
            ["backend"] = "tensor_flow.js",
        },
        ["weightsManifest"] = new JsonArray(new JsonObject
        {
            ["paths"] = new JsonArray([.. shards.Select(name => JsonValue.Create(name))]),
            ["weights"] = new JsonArray([.. _weights.Select(weight => new JsonObject
            {
                ["name"] = weight.Name,
                ["shape"] = new JsonArray([.. weight.Values.shape.Select(dim => JsonValue.Create(dim))]),
                ["dtype"] = "float32",
            })]),
        }),
    };

    private static JsonArray ToJson(IReadOnlyList<TensorFlowJsTensor> tensors) => new([.. tensors.Select(tensor => new JsonArray(tensor.Layer.Name, tensor.Call, 0))]);

    private TensorFlowJsTensor AddInput(string name, TensorShape shape)
    {
        var batchShape = new JsonArray([null, .. shape.Dims.ToArray().Select(dim => JsonValue.Create(dim))]);
        TensorFlowJsLayer layer = AddNamed("InputLayer", name, new JsonObject { ["batch_input_shape"] = batchShape, ["dtype"] = "float32", ["sparse"] = false });
        return layer.AsInput() with { Shape = shape };
    }

    private TensorFlowJsLayer AddNamed(string className, string name, JsonObject config)
    {
        var layer = new TensorFlowJsLayer(className, UniqueName(name), config, _layers.Count);
        _layers.Add(layer);
        return layer;
    }

    // Weights are found by name, and TensorFlow.js takes no other characters there.
    private string UniqueName(string wanted)
    {
        string name = Forbidden().Replace(wanted, "_");
        if (!char.IsAsciiLetterOrDigit(name[0]))
            name = $"layer{name}";
        string unique = name;
        for (int number = 1; !_names.Add(unique); number++)
            unique = FormattableString.Invariant($"{name}_{number}");
        return unique;
    }

    [GeneratedRegex("[^A-Za-z0-9._/-]")]
    private static partial Regex Forbidden();
}
