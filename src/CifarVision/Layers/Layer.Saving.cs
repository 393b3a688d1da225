using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <content>Serialization.</content>
public abstract partial class Layer
{
    private bool _isOfModelConfig;
    private bool _awaitsValues;

    /// <summary>Returns the layer as in the config of a model: class name and settings, without weights (Keras: <c>layers.serialize</c>).</summary>
    public JsonObject Serialize() => ToKeras();

    /// <summary>Creates a layer from the result of <see cref="Serialize"/>, with new initial weights (Keras: <c>layers.deserialize</c>).</summary>
    /// <param name="envelope">Class name and settings.</param>
    /// <param name="customObjects">Classes of your own. Default none.</param>
    /// <exception cref="InvalidDataException">The layer or one of its settings is not supported.</exception>
    public static Layer Deserialize(JsonObject envelope, IEnumerable<CustomObject>? customObjects = null)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return LayerFactory.FromEnvelope(envelope, new CustomObjects(customObjects ?? []));
    }

    /// <summary>Returns the envelope of the layer in Keras' files.</summary>
    internal virtual JsonObject ToKeras() => LayerFactory.Envelope(this);

    /// <summary>
    /// Makes the weights take memory when they are first used, and not when the layer is built: a model config of a few bytes can declare any number of them.
    /// </summary>
    /// <param name="awaitsValues">Whether a file provides the values, so that they are not initialized.</param>
    internal void DeferWeights(bool awaitsValues)
    {
        (_isOfModelConfig, _awaitsValues) = (true, awaitsValues);
        foreach (Layer layer in Sublayers)
            layer.DeferWeights(awaitsValues);
    }
}
