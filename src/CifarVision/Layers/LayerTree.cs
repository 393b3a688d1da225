using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>Walks a layer and all its inner layers.</summary>
internal static class LayerTree
{
    /// <summary>Lists a layer and its inner layers, each once, with paths that are unique inside it whatever other models they belong to.</summary>
    /// <param name="root">The outermost layer.</param>
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

    /// <summary>Lists the weights of a layer and its inner layers under the same paths: <c>sequential/conv2d/kernel</c>.</summary>
    public static IEnumerable<(string Path, Weight Weight)> Weights(Layer root) =>
        Walk(root).SelectMany(place => place.Layer.OwnWeights.Select(weight => (place.Path.Length == 0 ? weight.Name : $"{place.Path}/{weight.Name}", weight)));
}
