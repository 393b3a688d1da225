using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CifarVision.Runtime;

namespace CifarVision.Saving;

/// <summary>
/// Gathers layers and writes them as a LayersModel of TensorFlow.js: <c>model.json</c> with a graph of layers in Keras 2's form and the list of
/// weights, whose values follow each other, as float32, in files of at most 4 MB.
/// </summary>
internal sealed partial class TensorFlowJsModel
{
    private const string ModelFile = "model.json";

    private readonly string _root;
    private readonly JsonArray _layers = [];
    private readonly HashSet<string> _names = [];
    private readonly List<(string Name, Tensor Values)> _weights = [];

    /// <summary>Begins with the input.</summary>
    /// <param name="root">The path of the model; layers are named by what follows it in theirs.</param>
    /// <param name="inputShape">The shape of one sample.</param>
    public TensorFlowJsModel(string root, TensorShape inputShape)
    {
        _root = root;
        var shape = new JsonArray([null, .. inputShape.Dims.ToArray().Select(dim => JsonValue.Create(dim))]);
        Input = AddNamed("InputLayer", UniqueName("input"), new JsonObject { ["batch_input_shape"] = shape, ["dtype"] = "float32", ["sparse"] = false }, []);
    }

    /// <summary>The name under which layers take the model's input.</summary>
    public string Input { get; }

    /// <summary>Adds a layer.</summary>
    /// <param name="className">As TensorFlow.js knows it.</param>
    /// <param name="path">The layer's path.</param>
    /// <param name="config">Its settings but for the name.</param>
    /// <param name="inputs">The names of the layers whose outputs it takes.</param>
    /// <param name="weights">Names inside the layer, and values, which are read when the model is written.</param>
    /// <returns>The name under which others take its output.</returns>
    public string Add(string className, string path, JsonObject config, IReadOnlyList<string> inputs, IEnumerable<(string Name, Tensor Values)>? weights = null)
    {
        string name = UniqueName(path.StartsWith($"{_root}/", StringComparison.Ordinal) ? path[(_root.Length + 1)..] : path);
        _weights.AddRange((weights ?? []).Select(weight => ($"{name}/{weight.Name}", weight.Values)));
        return AddNamed(className, name, config, inputs);
    }

    /// <summary>Writes the model; a folder of an earlier one stays until the new one is whole.</summary>
    /// <param name="folder">Is made; the folder around it must exist.</param>
    /// <param name="output">The name of the layer whose output is the model's.</param>
    /// <exception cref="DirectoryNotFoundException">The folder around it does not exist.</exception>
    /// <exception cref="ArgumentException">There is a file of this name, or a folder that holds other files than such a model.</exception>
    public void Write(string folder, string output) => AtomicFolder.Write(folder, IsFileOfModel, place =>
    {
        var shards = new ShardWriter(place, _weights.Sum(weight => weight.Values.numel()) * sizeof(float));
        foreach ((_, Tensor values) in _weights)
            shards.Write(values);
        shards.Finish();
        AtomicFile.Write(Path.Combine(place, ModelFile), stream => JsonSerializer.Serialize(stream, ToJson(output, shards.Names)));
    });

    private static bool IsFileOfModel(string name) => name == ModelFile || ShardWriter.IsShard(name);

    private JsonObject ToJson(string output, IReadOnlyList<string> shards) => new()
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
                ["layers"] = _layers.DeepClone(),
                ["input_layers"] = new JsonArray(Output(Input)),
                ["output_layers"] = new JsonArray(Output(output)),
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

    private string AddNamed(string className, string name, JsonObject config, IReadOnlyList<string> inputs)
    {
        config["name"] = name;
        JsonArray calls = inputs.Count == 0 ? [] : [new JsonArray([.. inputs.Select(input => Output(input, settings: true))])];
        _layers.Add(new JsonObject { ["class_name"] = className, ["name"] = name, ["config"] = config, ["inbound_nodes"] = calls });
        return name;
    }

    // A layer may be called several times and give several tensors; here it is the first of the first call.
    private static JsonArray Output(string layer, bool settings = false) => settings ? [layer, 0, 0, new JsonObject()] : [layer, 0, 0];

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
