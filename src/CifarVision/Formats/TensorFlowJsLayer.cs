using System.Text.Json.Nodes;

namespace CifarVision.Formats;

/// <summary>A layer in the layer list of a TensorFlow.js model, with its calls.</summary>
/// <param name="className">The name of the class in TensorFlow.js.</param>
/// <param name="name">The name, unique in the model.</param>
/// <param name="config">The settings.</param>
/// <param name="place">The index in the list.</param>
internal sealed class TensorFlowJsLayer(string className, string name, JsonObject config, int place)
{
    private readonly JsonArray _calls = [];
    private readonly int _place = place;
    private int _lastPass;

    public string Name { get; } = name;

    /// <summary>Adds the call of an input layer, which has no inputs.</summary>
    public TensorFlowJsTensor AsInput() => new(this, Call: 0, Pass: 0, default);

    /// <summary>
    /// Adds a call; null if TensorFlow.js would number it wrongly. TensorFlow.js passes over its list of layers until all calls are made, makes each call as soon as
    /// its inputs exist, and numbers the calls of a layer in that order. So a call must not be made in an earlier pass than the previous one.
    /// </summary>
    /// <param name="inputs">The inputs of the call.</param>
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
