using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <content>How a layer stands in files, and how it comes from them.</content>
public abstract partial class Layer
{
    private bool _awaitsValues;

    /// <summary>The layer as it stands in the config of a model: class name and settings, without weights (Keras: <c>layers.serialize</c>).</summary>
    public JsonObject Serialize() => ToKeras();

    /// <summary>A new layer from what <see cref="Serialize"/> gave, with initial weights of its own (Keras: <c>layers.deserialize</c>).</summary>
    /// <param name="envelope">Class name and settings.</param>
    /// <param name="customObjects">Classes of your own. Default none.</param>
    /// <exception cref="InvalidDataException">The layer or one of its settings is not supported.</exception>
    public static Layer Deserialize(JsonObject envelope, IEnumerable<CustomObject>? customObjects = null)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return LayerFactory.FromKeras(envelope, new CustomObjects(customObjects ?? []));
    }

    /// <summary>The sublayers under the names that Keras' weight files have for their places; a composite with several lists says which.</summary>
    internal virtual IReadOnlyList<(string Place, IReadOnlyList<Layer> Layers)> SublayerPlaces => [("layers", Sublayers)];

    /// <summary>The layer as it stands in Keras' files: the config in its envelope.</summary>
    internal virtual JsonObject ToKeras() => LayerFactory.Envelope(this);

    /// <summary>Lets weights be made without initial values, since a file gives them right after.</summary>
    internal void AwaitValues()
    {
        _awaitsValues = true;
        foreach (Layer layer in Sublayers)
            layer.AwaitValues();
    }
}
