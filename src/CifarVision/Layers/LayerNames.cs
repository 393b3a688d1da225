using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Keras' numbering of default names: conv2d, conv2d_1, ... counted in each model or composite.</summary>
internal static class LayerNames
{
    /// <summary>Returns the name of a layer that joins others: its own, or a numbered one if that is taken and the layer belongs to no other model.</summary>
    /// <param name="layer">The layer that joins.</param>
    /// <param name="others">The existing layers.</param>
    /// <param name="owner">The class of the composite, for the messages.</param>
    /// <exception cref="ArgumentException">The layer has already been added, or its explicit name is taken.</exception>
    public static string Unique(Layer layer, IReadOnlyCollection<Layer> others, string owner)
    {
        if (others.Contains(layer))
            throw new ArgumentException($"{owner}: the layer '{layer.Name}' is in it already. Make a new layer.", nameof(layer));
        var taken = others.Select(other => other.Name).ToHashSet();
        if (!taken.Contains(layer.Name))
            return layer.Name;
        if (!layer.HasDefaultName || layer.HasParent)
            throw new ArgumentException($"{owner}: layer names must be unique, but there is a second '{layer.Name}'. Give one of them another name.", nameof(layer));
        string name = KerasNames.ToSnakeCase(layer.KerasClass);
        return Enumerable.Range(1, taken.Count).Select(number => FormattableString.Invariant($"{name}_{number}")).First(numbered => !taken.Contains(numbered));
    }
}
