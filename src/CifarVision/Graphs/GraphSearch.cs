using CifarVision.Layers;

namespace CifarVision.Graphs;

/// <summary>Searches a graph depth-first from its outputs, as Keras does, so that layers are in Keras' order. The search is not recursive, because models can be deep.</summary>
internal static class GraphSearch
{
    /// <summary>Finds all calls that the outputs depend on.</summary>
    /// <param name="outputs">The tensors to start from.</param>
    /// <param name="inputs">The tensors to stop at.</param>
    /// <returns>The calls, each after those it depends on, and the layers in the order in which the search reached them.</returns>
    /// <exception cref="ArgumentException">The outputs depend on an input layer that is not among the inputs.</exception>
    public static (IReadOnlyList<Node> Nodes, IReadOnlyList<Layer> Layers) From(IReadOnlyList<KerasTensor> outputs, IReadOnlyList<KerasTensor> inputs)
    {
        HashSet<KerasTensor> ends = [.. inputs];
        var finished = new List<Node>();
        var met = new HashSet<Node>();
        var layers = new OrderedDictionary<Layer, bool>();
        var pending = new Stack<(Node Node, int NextInput)>();
        foreach (KerasTensor output in outputs)
        {
            Visit(output);
            while (pending.TryPop(out (Node Node, int NextInput) top))
            {
                if (top.NextInput == top.Node.Inputs.Count)
                {
                    finished.Add(top.Node);
                    continue;
                }

                pending.Push((top.Node, top.NextInput + 1));
                Visit(top.Node.Inputs[top.NextInput]);
            }
        }

        return (finished, [.. layers.Keys]);

        void Visit(KerasTensor tensor)
        {
            // A model may begin inside another: the calls before its inputs are not part of it.
            bool isInside = tensor.Node.Inputs.Count > 0 && ends.Contains(tensor);
            if (isInside || !met.Add(tensor.Node))
                return;
            layers.TryAdd(tensor.Node.Layer, true);
            if (tensor.Node.Inputs.Count == 0 && !ends.Contains(tensor))
                throw new ArgumentException($"Model: inputs must hold every input that the outputs depend on, but '{tensor.Name}' is missing. Add it to inputs.", nameof(inputs));
            pending.Push((tensor.Node, 0));
        }
    }
}
