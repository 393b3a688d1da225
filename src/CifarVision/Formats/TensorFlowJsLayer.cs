using System.Text.Json.Nodes;

namespace CifarVision.Formats;

/// <summary>A layer in the list of a TensorFlow.js model, with its calls.</summary>
/// <param name="className">As TensorFlow.js knows it.</param>
/// <param name="name">Unique in the model.</param>
/// <param name="config">The settings.</param>
/// <param name="place">The place in the list.</param>
internal sealed class TensorFlowJsLayer(string className, string name, JsonObject config, int place)
{
    private readonly JsonArray _calls = [];
    private readonly int _place = place;
    private int _lastPass;

    public string Name { get; } = name;

    /// <summary>Adds the input, which is called on nothing.</summary>
    public TensorFlowJsTensor AsInput() => new(this, Call: 0, Pass: 0, default);

    /// <summary>
    /// Adds a call; null where TensorFlow.js would number it wrongly. It walks its list of layers until all calls are made, makes each as soon as
    /// its inputs are there, and numbers a layer's calls as they are made. A call may therefore not be made in an earlier pass than the one before.
    /// </summary>
    /// <param name="inputs">What the layer is called on.</param>
    public TensorFlowJsTensor? TryCall(IReadOnlyList<TensorFlowJsTensor> inputs)
    {
        int pass = inputs.Max(input => input.Pass + (input.Layer.IsBefore(this) ? 0 : 1));
        if (pass < _lastPass)
            return null;
        _lastPass = pass;
        _calls.Add(new JsonArray([.. inputs.Select(input => new JsonArray(input.Layer.Name, input.Call, 0, new JsonObject()))]));
        return new TensorFlowJsTensor(this, _calls.Count - 1, pass, default);
    }

    public JsonObject ToJson()
    {
        config["name"] = Name;
        return new JsonObject { ["class_name"] = className, ["name"] = Name, ["config"] = config.DeepClone(), ["inbound_nodes"] = _calls.DeepClone() };
    }

    private bool IsBefore(TensorFlowJsLayer other) => _place < other._place;

}
