using System.Text.Json.Nodes;

namespace CifarVision.Layers;

/// <content>How a layer stands in files, and how it comes from them.</content>
public abstract partial class Layer
{
    private bool _awaitsValues;

    /// <summary>The sublayers under the names that Keras' weight files have for their places; a composite with several lists says which.</summary>
    internal virtual IReadOnlyList<(string Place, IReadOnlyList<Layer> Layers)> SublayerPlaces => [("layers", Sublayers)];

    /// <summary>The layer as it stands in Keras' files: the config in its envelope.</summary>
    internal virtual JsonObject ToKeras() => LayerFactory.Envelope(this);

    /// <summary>Lets weights be made without first values, since a file gives them right after.</summary>
    internal void AwaitValues()
    {
        _awaitsValues = true;
        foreach (Layer layer in Sublayers)
            layer.AwaitValues();
    }
}
