using CifarVision.Layers;
using CifarVision.Losses;

namespace CifarVision.Graphs;

/// <summary>
/// Runs a model: its layer calls as steps over numbered tensors. This is the only place that rewrites the calls, by three rules. A convolution with ReLU whose
/// only consumer is a MaxPooling2D pools first: the values and gradients are the same, and ReLU has a quarter of the elements. A final softmax or sigmoid before
/// a crossentropy is split off, also where layers that change nothing follow it: the loss takes the logits, so that its gradient does not vanish where
/// probabilities saturate, while metrics, Predict and callbacks get the probabilities. Keras on TensorFlow does the same.
/// A convolution, its batch normalization and its ReLU are one step in inference (<see cref="ConvolutionBlock"/>).
/// </summary>
internal sealed class ExecutionPlan
{
    private readonly List<PlanStep> _steps = [];
    private readonly Dictionary<KerasTensor, int> _slots = [];
    private readonly ActivationFunction[] _splitOff;
    private readonly int[] _inputs;
    private readonly int[] _outputs;

    /// <summary>Creates the plan of a model.</summary>
    /// <param name="graph">The calls of the model.</param>
    /// <param name="losses">The loss of each output; null for an output without one, and without training.</param>
    public ExecutionPlan(LayerGraph graph, IReadOnlyList<Loss?>? losses = null)
        : this(graph, losses ?? new Loss?[graph.Outputs.Count], Takes)
    {
    }

    private ExecutionPlan(LayerGraph graph, IReadOnlyList<Loss?> losses, Func<Loss?, ActivationFunction, bool> splits)
    {
        Dictionary<KerasTensor, int> uses = Uses(graph);
        Graph = graph;
        KerasTensor[] origins = [.. graph.Outputs.Select(output => Origin(output, uses))];
        _splitOff = [.. origins.Select((origin, i) => uses[origin] == 1 && splits(losses[i], origin.Node.Layer.FinalActivation) ? origin.Node.Layer.FinalActivation : ActivationFunction.Linear)];
        Losses = [.. losses.Select((loss, i) => _splitOff[i] == ActivationFunction.Linear ? loss : loss?.OnLogits())];
        HashSet<Node> withoutActivation = [.. origins.Where((_, i) => _splitOff[i] != ActivationFunction.Linear).Select(origin => origin.Node)];
        _inputs = [.. graph.Inputs.Select(Slot)];
        var done = new HashSet<Node>(graph.Inputs.Select(input => input.Node));
        foreach (Node node in graph.Nodes.Where(done.Add))
        {
            if (withoutActivation.Contains(node))
                AddStep(node, node.Layer.ForwardBeforeActivation, node.Inputs, [node.Layer]);
            else if (PoolAfter(node, graph, uses) is { } pool && done.Add(pool))
                AddStep(pool, (x, training) => ActivationFunction.Relu.Apply(pool.Layer.Run(node.Layer.ForwardBeforeActivation(x, training), training)), node.Inputs, [node.Layer, pool.Layer]);
            else if (ConvolutionBlock.BeginningWith(node, graph, uses) is { } block && !block.Calls.Any(withoutActivation.Contains))
            {
                done.UnionWith(block.Calls);
                AddStep(block.Calls[^1], block.Run, node.Inputs, [.. block.Calls.Select(call => call.Layer)]);
            }
            else if (node is { Inputs.Count: 1, Outputs.Count: 1 })
                AddStep(node, node.Layer.Run, node.Inputs, [node.Layer]);
            else
                AddStep(node);
        }

        _outputs = [.. graph.Outputs.Select((output, i) => Slot(_splitOff[i] == ActivationFunction.Linear ? output : origins[i]))];
    }

    /// <summary>The calls that the plan runs.</summary>
    public LayerGraph Graph { get; }

    /// <summary>The loss of each output of <see cref="RawForward"/>.</summary>
    public IReadOnlyList<Loss?> Losses { get; }

    /// <summary>Creates the plan of a model without the final activations of its outputs.</summary>
    public static ExecutionPlan BeforeActivation(LayerGraph graph) => new(graph, new Loss?[graph.Outputs.Count], (_, _) => true);

    /// <summary>Creates the plan of a model whose losses take the final outputs, which may then be averaged.</summary>
    public static ExecutionPlan AfterActivation(LayerGraph graph, IReadOnlyList<Loss?> losses) => new(graph, losses, (_, _) => false);

    /// <summary>The final activation of a model of one output.</summary>
    public static ActivationFunction FinalActivation(LayerGraph graph)
    {
        if (graph.Outputs is not [KerasTensor output])
            return ActivationFunction.Linear;
        Dictionary<KerasTensor, int> uses = Uses(graph);
        KerasTensor origin = Origin(output, uses);
        return uses[origin] == 1 ? origin.Node.Layer.FinalActivation : ActivationFunction.Linear;
    }

    /// <summary>Whether a loss takes the raw output as its logits.</summary>
    public bool TakesLogits(Loss? loss, int output) => Takes(loss, _splitOff[output]);

    /// <summary>Computes the outputs.</summary>
    public Tensor[] Forward(IReadOnlyList<Tensor> inputs, bool training) => [.. RawForward(inputs, training).Select((raw, output) => Finish(raw, output))];

    /// <summary>Computes the outputs that <see cref="Losses"/> take: logits where a final activation was split off.</summary>
    public Tensor[] RawForward(IReadOnlyList<Tensor> inputs, bool training)
    {
        Tensor[] tensors = Begin(inputs, training);
        foreach (PlanStep step in _steps)
            step.Run(tensors, training);
        return [.. _outputs.Select(slot => tensors[slot])];
    }

    /// <summary>Cuts the plan into parts whose gradients have at least so many bytes.</summary>
    public IReadOnlyList<PlanPart> Cut(long bytes) => PlanPart.Cut(_steps, _outputs, bytes);

    /// <summary>Computes the same outputs as <see cref="RawForward"/>, for a backward pass part by part.</summary>
    public PartedPass ForwardInParts(IReadOnlyList<Tensor> inputs, IReadOnlyList<PlanPart> parts)
    {
        Tensor[] tensors = Begin(inputs, training: true);
        var borders = new List<IReadOnlyList<(Tensor, Tensor)>>();
        foreach (PlanPart part in parts)
        {
            var border = new List<(Tensor, Tensor)>();
            foreach (int slot in part.Border.Where(slot => tensors[slot].requires_grad))
            {
                Tensor before = tensors[slot];
                // A view: alias() would be the same tensor, whose gradient cannot be had without running the operation that made it.
                tensors[slot] = before.view(before.shape);
                border.Add((before, tensors[slot]));
            }

            borders.Add(border);
            for (int step = part.First; step < part.End; step++)
                _steps[step].Run(tensors, true);
        }

        return new PartedPass([.. _outputs.Select(slot => tensors[slot])], parts, borders);
    }

    /// <summary>Computes an output from the raw output.</summary>
    public Tensor Finish(Tensor raw, int output) => _splitOff[output].Apply(raw);

    private static Dictionary<KerasTensor, int> Uses(LayerGraph graph) => graph.Nodes.SelectMany(node => node.Inputs).Concat(graph.Outputs).CountBy(tensor => tensor).ToDictionary();

    // The tensor that a tensor is the same as: what comes before layers that change nothing.
    private static KerasTensor Origin(KerasTensor tensor, Dictionary<KerasTensor, int> uses)
    {
        while (uses[tensor] == 1 && tensor.Node is { Layer.IsIdentity: true, Inputs: [KerasTensor before] } && before.Node.Inputs.Count > 0)
            tensor = before;
        return tensor;
    }

    private static bool Takes(Loss? loss, ActivationFunction activation) => activation switch
    {
        ActivationFunction.Softmax => loss is { TakesSigmoid: false } && loss.OnLogits() is not null,
        ActivationFunction.Sigmoid => loss is { TakesSigmoid: true } && loss.OnLogits() is not null,
        _ => false,
    };

    private static Node? PoolAfter(Node node, LayerGraph graph, Dictionary<KerasTensor, int> uses) =>
        node.Layer is Conv2DBase { FinalActivation: ActivationFunction.Relu } && uses.GetValueOrDefault(node.Outputs[0]) == 1
            ? graph.Nodes.FirstOrDefault(next => next.Layer is MaxPooling2D && next.Inputs[0] == node.Outputs[0])
            : null;

    private int Slot(KerasTensor tensor)
    {
        if (!_slots.TryGetValue(tensor, out int slot))
            _slots.Add(tensor, slot = _slots.Count);
        return slot;
    }

    private Tensor[] Begin(IReadOnlyList<Tensor> inputs, bool training)
    {
        var tensors = new Tensor[_slots.Count];
        for (int i = 0; i < _inputs.Length; i++)
            tensors[_inputs[i]] = Graph.Inputs[i].Node.Layer is InputLayer { HasIntegers: true } input ? input.Run(inputs[i], training) : inputs[i];
        return tensors;
    }

    private void AddStep(Node node, Func<Tensor, bool, Tensor> run, IReadOnlyList<KerasTensor> inputs, IReadOnlyList<Layer> layers)
    {
        int from = Slot(inputs[0]);
        int to = Slot(node.Outputs[0]);
        _steps.Add(new PlanStep([from], [to], layers, (tensors, training) => tensors[to] = run(tensors[from], training)));
    }

    private void AddStep(Node node)
    {
        int[] from = [.. node.Inputs.Select(Slot)];
        int[] to = [.. node.Outputs.Select(Slot)];
        _steps.Add(new PlanStep(from, to, [node.Layer], (tensors, training) =>
        {
            IReadOnlyList<Tensor> outputs = node.Layer.Run([.. from.Select(slot => tensors[slot])], training);
            for (int i = 0; i < to.Length; i++)
                tensors[to[i]] = outputs[i];
        }));
    }
}
