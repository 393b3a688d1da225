using CifarVision.Layers;

namespace CifarVision.Graphs;

/// <summary>The layer calls between the inputs and the outputs of a model. Execution, summary, files and export all use this graph.</summary>
internal sealed class LayerGraph
{
    private LayerGraph(IReadOnlyList<KerasTensor> inputs, IReadOnlyList<KerasTensor> outputs, IReadOnlyList<Node> nodes, IReadOnlyList<Layer> layers) =>
        (Inputs, Outputs, Nodes, Layers) = (inputs, outputs, nodes, layers);

    public IReadOnlyList<KerasTensor> Inputs { get; }

    public IReadOnlyList<KerasTensor> Outputs { get; }

    /// <summary>The calls in execution order.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>Every layer once, including inputs, in the order of Keras' <c>model.layers</c>, which files and <c>get_weights</c> use.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Creates the graph of a chain of calls, as in a Sequential.</summary>
    public static LayerGraph Chain(IReadOnlyList<Node> nodes) =>
        new([nodes[0].Outputs[0]], [nodes[^1].Outputs[0]], nodes, [.. nodes.Select(node => node.Layer)]);

    /// <summary>Creates the graph of the calls that compute the outputs from the inputs.</summary>
    /// <exception cref="ArgumentException">An output depends on an input that is not given.</exception>
    public static LayerGraph Between(IReadOnlyList<KerasTensor> inputs, IReadOnlyList<KerasTensor> outputs)
    {
        (IReadOnlyList<Node> visited, IReadOnlyList<Layer> order) = GraphSearch.From(outputs, inputs);
        (Dictionary<Node, int> nodeDepths, Dictionary<Layer, int> layerDepths) = Depths(visited);
        Dictionary<Layer, int> place = order.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        foreach (KerasTensor input in inputs)
        {
            // An input on which no output depends is still an input.
            if (layerDepths.TryAdd(input.Node.Layer, 0))
                (nodeDepths[input.Node], place[input.Node.Layer]) = (0, -1);
        }

        return new LayerGraph(
            inputs,
            outputs,
            [.. nodeDepths.OrderByDescending(pair => pair.Value).Select(pair => pair.Key)],
            [.. layerDepths.Keys.OrderByDescending(layer => layerDepths[layer]).ThenBy(layer => place[layer])]);
    }

    /// <summary>Returns the part of the graph up to one call.</summary>
    public LayerGraph UpTo(Node last) => new(Inputs, last.Outputs, [.. Nodes.TakeWhile(node => node != last), last], Layers);

    /// <summary>Propagates values through the calls in execution order: shapes, or the names of tensors in an export.</summary>
    /// <param name="inputs">The value of each input.</param>
    /// <param name="call">Computes the values of a layer's outputs from those of its inputs.</param>
    /// <returns>The value of each output.</returns>
    public IReadOnlyList<T> Walk<T>(IReadOnlyList<T> inputs, Func<Layer, IReadOnlyList<T>, IReadOnlyList<T>> call)
    {
        var values = new Dictionary<KerasTensor, T>(Inputs.Zip(inputs, KeyValuePair.Create));
        foreach (Node node in Nodes.Where(node => node.Inputs.Count > 0 && !values.ContainsKey(node.Outputs[0])))
        {
            foreach ((KerasTensor tensor, T value) in node.Outputs.Zip(call(node.Layer, [.. node.Inputs.Select(input => values[input])])))
                values[tensor] = value;
        }

        return [.. Outputs.Select(output => values[output])];
    }

    /// <summary>Returns the calls of a layer in this graph, in the order in which they were made.</summary>
    public IEnumerable<Node> CallsOf(Layer layer) => Nodes.Where(node => node.Layer == layer).OrderBy(layer.CallIndex);

    // The depth of a call is its longest path to an output. As in Keras, all calls of one layer have the depth of the deepest one found so far.
    private static (Dictionary<Node, int> OfNodes, Dictionary<Layer, int> OfLayers) Depths(IReadOnlyList<Node> visited)
    {
        var nodes = new Dictionary<Node, int>();
        var layers = new Dictionary<Layer, int>();
        foreach (Node node in visited.Reverse())
        {
            nodes.TryAdd(node, 0);
            int depth = Math.Max(nodes[node], layers.GetValueOrDefault(node.Layer));
            (nodes[node], layers[node.Layer]) = (depth, depth);
            foreach (KerasTensor input in node.Inputs)
                nodes[input.Node] = Math.Max(depth + 1, nodes.GetValueOrDefault(input.Node));
        }

        return (nodes, layers);
    }
}
