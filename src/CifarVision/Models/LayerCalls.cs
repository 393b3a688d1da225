using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Models;

/// <summary>
/// The layers of a functional model that is being read, and their calls. A call is made as soon as its tensors exist: a layer may be called at several depths, as
/// in A(B(A(B(x)))), so no order of layers fits all calls.
/// </summary>
internal sealed class LayerCalls : IDisposable
{
    private readonly OrderedDictionary<string, Entry> _layers = [];

    /// <summary>Whether the calls have the format of Keras 2, which counts the calls of nested models from 1 everywhere.</summary>
    public bool IsOldForm { get; private set; }

    /// <summary>Adds a layer and the calls to make.</summary>
    /// <exception cref="InvalidDataException">The name is taken, or a call is invalid.</exception>
    public void Add(Layer layer, string name, JsonArray calls)
    {
        // An input already has its only call.
        var entry = new Entry(layer, [.. calls.Select(call => CallConfig.Read(call, name))], layer is InputLayer input ? [input.Output.Node] : []);
        if (!_layers.TryAdd(name, entry))
            throw new InvalidDataException($"there are two layers named '{name}'.");
        IsOldForm |= entry.Calls.Any(call => call.IsOldForm);
    }

    /// <summary>Makes all calls.</summary>
    /// <exception cref="InvalidDataException">A call takes a tensor of a missing layer, or calls form a cycle.</exception>
    public void Make()
    {
        var ready = new Queue<string>(_layers.Keys);
        var waiting = new Dictionary<string, List<string>>();
        while (ready.TryDequeue(out string? name))
        {
            Entry entry = _layers[name];
            int madeBefore = entry.Made.Count;
            while (entry.Next is { } call)
            {
                if (call.Tensors.Where(tensor => !IsMade(tensor)).Select(tensor => tensor[0]!.ToString()).FirstOrDefault() is { } missing)
                {
                    if (!waiting.TryAdd(missing, [name]))
                        waiting[missing].Add(name);
                    break;
                }

                KerasTensor[] inputs = [.. call.Tensors.Select(tensor => Find(tensor, NumberOf(tensor)))];
                entry.Made.Add(entry.Layer.CallOn(inputs, call.IsOnList || entry.Layer.TakesList, call.Training));
            }

            if (entry.Made.Count > madeBefore && waiting.Remove(name, out List<string>? waiters))
            {
                foreach (string waiter in waiters)
                    ready.Enqueue(waiter);
            }
        }

        if (_layers.FirstOrDefault(layer => layer.Value.Next is not null) is { Key: { } stuck, Value.Next: { } never })
            throw new InvalidDataException($"'{stuck}' is called on {never.Tensors.First(tensor => !IsMade(tensor)).ToJsonString()}, which no call computes before it. Calls may not form a cycle.");
    }

    /// <summary>Returns the layer of a tensor <c>[layer, call, index]</c>.</summary>
    /// <exception cref="InvalidDataException">It does not exist.</exception>
    public Layer Layer(JsonArray tensor) => EntryOf(tensor).Layer;

    /// <summary>Returns the tensor <c>[layer, call, index]</c>.</summary>
    /// <param name="tensor">The tensor in the file.</param>
    /// <param name="call">The index of the call, from 0.</param>
    /// <exception cref="InvalidDataException">It does not exist.</exception>
    public KerasTensor Find(JsonArray tensor, int call)
    {
        List<Node> made = EntryOf(tensor).Made;
        int place = tensor[2]!.GetValue<int>();
        return call >= 0 && call < made.Count && place >= 0 && place < made[call].Outputs.Count
            ? made[call].Outputs[place]
            : throw new InvalidDataException($"there is no tensor {tensor.ToJsonString()}.");
    }

    /// <summary>Frees the weights of layers that become part of no model.</summary>
    public void Dispose()
    {
        foreach (Weight weight in _layers.Values.SelectMany(entry => entry.Layer.Weights))
            weight.Dispose();
    }

    private int NumberOf(JsonArray tensor) => tensor[1]!.GetValue<int>() - (IsOldForm && Layer(tensor) is Model ? 1 : 0);

    private bool IsMade(JsonArray tensor) => NumberOf(tensor) < EntryOf(tensor).Made.Count;

    private Entry EntryOf(JsonArray tensor) => _layers.TryGetValue(tensor[0]!.ToString(), out Entry? entry)
        ? entry
        : throw new InvalidDataException($"the tensor {tensor.ToJsonString()} is of a layer that is missing.");

    private sealed record Entry(Layer Layer, IReadOnlyList<CallConfig> Calls, List<Node> Made)
    {
        public CallConfig? Next => Layer is InputLayer || Made.Count == Calls.Count ? null : Calls[Made.Count];
    }
}
