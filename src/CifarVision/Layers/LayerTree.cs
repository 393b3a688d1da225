using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>A layer with all layers inside it.</summary>
internal static class LayerTree
{
    /// <summary>Lists a layer and those inside it, each once, with paths that are unique in it whatever models they also belong to.</summary>
    /// <param name="root">The layer to begin with.</param>
    /// <returns>Paths as Keras writes them: <c>sequential/conv2d</c> in a Sequential, <c>conv2d</c> in a functional model.</returns>
    public static IEnumerable<(string Path, Layer Layer)> Walk(Layer root)
    {
        var met = new HashSet<Layer>();
        var pending = new Stack<(string Path, Layer Layer)>([(root.NamesItsLayers ? root.Name : "", root)]);
        while (pending.TryPop(out (string Path, Layer Layer) next))
        {
            if (!met.Add(next.Layer))
                continue;
            yield return next;
            foreach (Layer sublayer in next.Layer.Sublayers.Reverse())
                pending.Push((next.Path.Length == 0 ? sublayer.Name : $"{next.Path}/{sublayer.Name}", sublayer));
        }
    }

    /// <summary>Lists the weights of a layer and of those inside it under the same paths: <c>sequential/conv2d/kernel</c>.</summary>
    public static IEnumerable<(string Path, Weight Weight)> Weights(Layer root) =>
        Walk(root).SelectMany(place => place.Layer.OwnWeights.Select(weight => (place.Path.Length == 0 ? weight.Name : $"{place.Path}/{weight.Name}", weight)));
}
