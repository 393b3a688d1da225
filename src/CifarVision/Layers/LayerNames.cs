using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>The names of the layers of one model, and Keras' numbering of default names: conv2d, conv2d_1, ...</summary>
/// <param name="owner">The class of the model, for messages.</param>
internal sealed class LayerNames(string owner)
{
    private readonly HashSet<Layer> _layers = [];
    private readonly HashSet<string> _taken = [];

    // The first number of each name that may be free. Looking from 1 for each layer would take time that grows with the square of their number.
    private readonly Dictionary<string, int> _next = [];

    /// <summary>Returns the name for a layer that joins the others: its own, or a numbered one if that is taken and no other model has the layer under it.</summary>
    /// <exception cref="ArgumentException">The layer is there already, or its name was given and is taken.</exception>
    public string Unique(Layer layer)
    {
        if (_layers.Contains(layer))
            throw new ArgumentException($"{owner}: the layer '{layer.Name}' is in it already. Make a new layer.", nameof(layer));
        if (!_taken.Contains(layer.Name))
            return layer.Name;
        if (!layer.HasDefaultName || layer.HasParent)
            throw new ArgumentException($"{owner}: layer names must be unique, but there is a second '{layer.Name}'. Give one of them another name.", nameof(layer));
        string name = KerasNames.ToSnakeCase(layer.KerasClass);
        int number = _next.GetValueOrDefault(name, 1);
        while (_taken.Contains(Numbered(name, number)))
            number++;
        _next[name] = number;
        return Numbered(name, number);
    }

    /// <summary>Adds a layer that has its name.</summary>
    public void Add(Layer layer)
    {
        _layers.Add(layer);
        _taken.Add(layer.Name);
    }

    /// <summary>Removes a layer, whose name is free then.</summary>
    public void Remove(Layer layer)
    {
        _layers.Remove(layer);
        _taken.Remove(layer.Name);
        _next.Clear();
    }

    private static string Numbered(string name, int number) => FormattableString.Invariant($"{name}_{number}");
}
