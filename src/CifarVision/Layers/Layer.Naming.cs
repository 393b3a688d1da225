using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <content>The name and the path of a layer, and the model that gave it them.</content>
public abstract partial class Layer
{
    private Layer? _parent;

    /// <summary>Keras' name of the class, from which default names are derived.</summary>
    internal virtual string KerasClass => GetType().Name;

    /// <summary>Whether the name is the class's default, which a model may number.</summary>
    internal bool HasDefaultName { get; }

    /// <summary>The name, after the names of the enclosing models: <c>sequential/conv2d</c>.</summary>
    internal string Path { get; private set; }

    /// <summary>Whether the layer already belongs to a model or composite. It keeps the name that its first one gave it.</summary>
    internal bool HasParent => _parent is not null;

    /// <summary>Whether the paths of the inner layers begin with the path of this layer, as in a Sequential; a functional model adds nothing to them.</summary>
    internal virtual bool NamesItsLayers => true;

    /// <summary>Gives the layer a name.</summary>
    internal void Rename(string name)
    {
        Name = name;
        SetPath(name);
    }

    /// <summary>Sets the name and the path of the layer inside a model. A model that it joins later changes neither.</summary>
    internal void JoinParent(Layer parent, string name)
    {
        if (_parent is not null)
            return;
        _parent = parent;
        Name = name;
        SetPath(parent.PathOf(this));
    }

    private void SetPath(string path)
    {
        Path = path;
        foreach (Weight weight in OwnWeights)
            weight.Path = $"{path}/{weight.Name}";
        foreach (Layer layer in Sublayers)
        {
            // The inner layers of a user's own composite have no parent.
            if (layer._parent is null || layer._parent == this)
                layer.SetPath(PathOf(layer));
        }
    }

    private string PathOf(Layer sublayer) => NamesItsLayers ? $"{Path}/{sublayer.Name}" : sublayer.Name;
}
