using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Formats;

/// <summary>
/// Collects layers and writes them as a LayersModel of TensorFlow.js: <c>model.json</c>, with a graph of layers in the format of Keras 2 and a list of weights,
/// and the values as float32 in files of at most 4 MB.
/// </summary>
internal sealed partial class TensorFlowJsModel
{
    private const string ModelFile = "model.json";

    private readonly string _root;
    private readonly List<TensorFlowJsLayer> _layers = [];
    private readonly Dictionary<object, TensorFlowJsLayer> _withWeights = [];
    private readonly HashSet<string> _names = [];
    private readonly List<(string Name, Tensor Values)> _weights = [];

    /// <summary>Creates a model with its inputs.</summary>
    /// <param name="root">The path of the model, which is removed from the paths of its layers.</param>
    /// <param name="inputs">The name of each input, and the shape of one sample.</param>
    public TensorFlowJsModel(string root, IEnumerable<(string Name, TensorShape Shape)> inputs)
    {
        _root = root;
        Inputs = [.. inputs.Select(input => AddInput(input.Name, input.Shape))];
    }

    /// <summary>The inputs, for the first layers.</summary>
    public IReadOnlyList<TensorFlowJsTensor> Inputs { get; }

    /// <summary>Adds a layer, or another call of a layer with weights that has already been added.</summary>
    /// <param name="owner">The layer that owns the weights.</param>
    /// <param name="className">The name of the class in TensorFlow.js.</param>
    /// <param name="path">The path of the layer.</param>
    /// <param name="config">The settings, except the name.</param>
    /// <param name="inputs">The inputs of the call.</param>
    /// <param name="weights">The names in the layer, and the values, which are read when the model is written.</param>
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

    /// <summary>Writes the model. The folder of an earlier export is kept until the new one is complete.</summary>
    /// <param name="folder">The folder to create; its parent must exist.</param>
    /// <param name="outputs">The model's outputs.</param>
    /// <exception cref="DirectoryNotFoundException">The parent does not exist.</exception>
    /// <exception cref="ArgumentException">There is a file of this name, or a folder with files that do not belong to such a model.</exception>
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

    // TensorFlow.js finds weights by name, and allows no other characters in names.
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
