using CifarVision.Layers;
using Tensorboard;

namespace CifarVision.Callbacks;

/// <summary>The graph of a model for TensorBoard: a node for each layer call, and for a model inside the model a group of nodes.</summary>
internal sealed class GraphEvent
{
    private readonly GraphDef _graph = new();
    private readonly HashSet<string> _names = [];

    private GraphEvent()
    {
    }

    /// <summary>Returns the graph, or null for a layer that is no model.</summary>
    public static GraphDef? Of(Layer model)
    {
        if (model.InnerCalls is not { } calls)
            return null;
        var graph = new GraphEvent();
        graph.Add(calls, prefix: "", given: []);
        return graph._graph;
    }

    // The names of the outputs.
    private string[] Add((IReadOnlyList<KerasTensor> Inputs, IReadOnlyList<Node> Calls, IReadOnlyList<KerasTensor> Outputs) model, string prefix, IReadOnlyList<string> given)
    {
        Dictionary<KerasTensor, string> names = model.Inputs.Zip(given).ToDictionary();
        foreach (Node call in model.Calls.Where(call => !call.Outputs.All(names.ContainsKey)))
        {
            string name = Unique(prefix + call.Layer.Name);
            string[] inputs = [.. call.Inputs.Select(input => names[input])];
            string[] outputs = call.Layer.InnerCalls is { } inner ? Add(inner, $"{name}/", inputs) : AddNode(call, name, inputs);
            foreach ((KerasTensor tensor, string output) in call.Outputs.Zip(outputs))
                names[tensor] = output;
        }

        return [.. model.Outputs.Select(output => names[output])];
    }

    private string[] AddNode(Node call, string name, string[] inputs)
    {
        var shapes = new AttrValue.Types.ListValue();
        foreach (KerasTensor output in call.Outputs)
        {
            var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dim { Size = -1 } } };
            foreach (long size in output.Shape.Dims)
                shape.Dim.Add(new TensorShapeProto.Types.Dim { Size = size });
            shapes.Shape.Add(shape);
        }

        _graph.Node.Add(new NodeDef { Name = name, Op = call.Layer.KerasClass, Input = { inputs }, Attr = { ["_output_shapes"] = new AttrValue { List = shapes } } });
        return [.. call.Outputs.Select((_, i) => i == 0 ? name : FormattableString.Invariant($"{name}:{i}"))];
    }

    // A layer that is called again has a second node.
    private string Unique(string name)
    {
        string unique = name;
        for (int i = 1; !_names.Add(unique); i++)
            unique = FormattableString.Invariant($"{name}_{i}");
        return unique;
    }
}
