using CifarVision.Graphs;
using CifarVision.Layers;

namespace CifarVision.Models;

/// <summary>Creates the graph of a functional model, and names its new layers.</summary>
internal static class FunctionalGraph
{
    /// <exception cref="ArgumentException">There are no inputs or outputs, an output depends on another input, or two layers have the same name.</exception>
    public static LayerGraph Create(Model model, IReadOnlyList<KerasTensor> inputs, IReadOnlyList<KerasTensor> outputs)
    {
        RequireTensors(inputs, nameof(inputs));
        RequireTensors(outputs, nameof(outputs));
        if (inputs.Any(input => input.Node.Inputs.Count > 0))
            (inputs, outputs) = CutAt(inputs, outputs);
        LayerGraph graph = LayerGraph.Between(inputs, outputs);

        // Explicit names and names that another model gave come first; the default names are numbered to avoid them.
        var names = new LayerNames(nameof(Model));
        foreach (Layer layer in graph.Layers.OrderBy(layer => layer.HasDefaultName && !layer.HasParent))
        {
            layer.JoinParent(model, names.Unique(layer));
            names.Add(layer);
        }

        return graph;
    }

    private static void RequireTensors(IReadOnlyList<KerasTensor> tensors, string argument)
    {
        if (tensors.Count == 0)
            throw new ArgumentException($"Model: {argument} must hold at least one tensor, but was empty.", argument);
        foreach (KerasTensor tensor in tensors)
            ArgumentNullException.ThrowIfNull(tensor, argument);
        if (tensors.Distinct().Count() < tensors.Count && argument == "inputs")
            throw new ArgumentException("Model: inputs must differ, but one was given twice.", argument);
    }

    // A model may begin inside another. It then gets its own inputs, and the calls after them are repeated on these.
    private static (IReadOnlyList<KerasTensor> Inputs, IReadOnlyList<KerasTensor> Outputs) CutAt(IReadOnlyList<KerasTensor> inputs, IReadOnlyList<KerasTensor> outputs)
    {
        var replaced = new Dictionary<KerasTensor, KerasTensor>();
        foreach (KerasTensor input in inputs)
            replaced[input] = input.Node.Inputs.Count == 0 ? input : new InputLayer(input.Shape).Output;
        foreach (Node node in GraphSearch.From(outputs, inputs).Nodes.Where(node => node.Inputs.Count > 0))
        {
            var call = new Node(node.Layer, [.. node.Inputs.Select(input => replaced[input])], node.IsCalledOnList, [.. node.Outputs.Select(output => output.Shape)]) { Training = node.Training };
            foreach ((KerasTensor old, KerasTensor copy) in node.Outputs.Zip(call.Outputs))
                replaced.TryAdd(old, copy);
        }

        return ([.. inputs.Select(input => replaced[input])], [.. outputs.Select(output => replaced[output])]);
    }
}
