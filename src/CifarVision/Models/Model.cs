using CifarVision.Graphs;
using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Training;

namespace CifarVision.Models;

/// <summary>
/// A graph of layer calls that can be compiled, trained, evaluated, saved and exported (Keras: <c>keras.Model</c>). <see cref="Sequential"/> is a plain stack of
/// layers.
/// </summary>
/// <remarks>
/// Predict may run on several threads, and during a Fit. Fit, Evaluate and single steps run one at a time. Compile, Add, LoadWeights and Dispose
/// wait for predictions, and are refused during a Fit on another thread. Disposing is optional: it frees the weights at once instead of at garbage
/// collection.
/// </remarks>
public partial class Model : Layer, IDisposable
{
    private readonly Trainer _trainer;
    private Lazy<LayerGraph>? _graph;
    private ExecutionPlan? _plan;
    private ExecutionPlan? _planBeforeActivation;

    /// <summary>Creates a model of one input and one output.</summary>
    /// <param name="inputs">A tensor from <see cref="Keras.Input"/>, or from inside another model.</param>
    /// <param name="outputs">A tensor computed from the input by layers.</param>
    /// <param name="name">Default <c>functional</c>.</param>
    /// <exception cref="ArgumentException">The output depends on another input, or two layers have the same name.</exception>
    public Model(KerasTensor inputs, KerasTensor outputs, string? name = null)
        : this([inputs], [outputs], name)
    {
    }

    /// <summary>Creates a model of several inputs and outputs.</summary>
    /// <param name="inputs">Tensors from <see cref="Keras.Input"/>, or from inside another model; at least one.</param>
    /// <param name="outputs">Tensors computed from the inputs by layers; at least one.</param>
    /// <param name="name">Default <c>functional</c>.</param>
    /// <exception cref="ArgumentException">An output depends on another input, or two layers have the same name.</exception>
    public Model(IEnumerable<KerasTensor> inputs, IEnumerable<KerasTensor> outputs, string? name = null)
        : this(name)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        LayerGraph graph = FunctionalGraph.Create(this, [.. inputs], [.. outputs]);
        SetGraph([.. graph.Inputs.Select(input => input.Shape)], [.. graph.Outputs.Select(output => output.Shape)], () => graph);
    }

    private protected Model(string? name)
        : base(name)
    {
        _trainer = new Trainer(this, losses => new ExecutionPlan(Graph, losses), Save, SaveWeights);
        _warnings = new DataWarnings(GetType().Name);
    }

    /// <summary>The inputs, in the order in which Fit and Predict take arrays.</summary>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    public IReadOnlyList<KerasTensor> Inputs => Graph.Inputs;

    /// <summary>The outputs, in the order in which Predict returns arrays and Compile takes losses.</summary>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    public IReadOnlyList<KerasTensor> Outputs => Graph.Outputs;

    /// <summary>The layers in Keras' order, including inputs.</summary>
    public virtual IReadOnlyList<Layer> Layers => Graph.Layers;

    /// <inheritdoc/>
    public override IReadOnlyList<Layer> Sublayers => _graph?.Value.Layers ?? [];

    /// <summary>The graph of layer calls.</summary>
    internal LayerGraph Graph => _graph?.Value ?? throw new InvalidOperationException($"{Kind}: '{Name}' has no inputs and outputs before it is built. Give it an input shape.");

    /// <inheritdoc/>
    internal override string KerasClass => "Functional";

    /// <inheritdoc/>
    internal override (IReadOnlyList<KerasTensor> Inputs, IReadOnlyList<Node> Calls, IReadOnlyList<KerasTensor> Outputs)? InnerCalls =>
        _graph is null ? null : (Graph.Inputs, Graph.Nodes, Graph.Outputs);

    /// <inheritdoc/>
    internal override bool NamesItsLayers => false;

    /// <inheritdoc/>
    internal override ActivationFunction FinalActivation => _graph is null ? ActivationFunction.Linear : ExecutionPlan.FinalActivation(Graph);

    /// <summary>The name of the class, for messages.</summary>
    private protected string Kind => GetType().Name;

    private ExecutionPlan Plan => _plan ??= new ExecutionPlan(Graph);

    /// <summary>Returns the layer with a name.</summary>
    /// <param name="name">As in the summary.</param>
    /// <exception cref="ArgumentException">There is no such layer; the message lists the layers.</exception>
    public Layer GetLayer(string name) =>
        Layers.FirstOrDefault(layer => layer.Name == name)
        ?? throw new ArgumentException($"{Kind}: no layer is named '{name}'. There are: {string.Join(", ", Layers.Select(layer => layer.Name))}.", nameof(name));

    /// <summary>Returns the layer at an index.</summary>
    /// <param name="index">The index in <see cref="Layers"/>, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public Layer GetLayer(int index) =>
        index >= 0 && index < Layers.Count
            ? Layers[index]
            : throw new ArgumentOutOfRangeException(nameof(index), $"{Kind}: index must be from 0 to {Layers.Count - 1}, but was {index}.");

    /// <summary>Counts the values in all weights, trainable or not.</summary>
    public long CountParams() => Weights.Sum(weight => weight.Count);

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => OnlyOutput(ComputeOutputShape([inputShape]));

    /// <inheritdoc/>
    protected internal override IReadOnlyList<TensorShape> ComputeOutputShape(IReadOnlyList<TensorShape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (inputShapes.Count != Inputs.Count)
            throw new ArgumentException($"{Kind}: '{Name}' must be given {Inputs.Count} inputs, but was given {inputShapes.Count}.", nameof(inputShapes));
        return Graph.Walk(inputShapes, (layer, shapes) => layer.ComputeOutputShape(shapes));
    }

    /// <summary>Frees the weights and the optimizer's slots. The model cannot be used afterwards.</summary>
    /// <exception cref="InvalidOperationException">Fit is running on another thread, or the caller is a callback.</exception>
    public void Dispose()
    {
        _trainer.Gate.Dispose(() =>
        {
            // Another model may share layers, and have disposed them.
            foreach (Weight weight in Weights)
                weight.Dispose();
            _trainer.Dispose();
        });
        GC.SuppressFinalize(this);
    }

    /// <summary>Sets the calls that the model consists of. They are collected when they are first needed, since a model of many layers is put together one by one.</summary>
    private protected void SetGraph(IReadOnlyList<TensorShape> inputShapes, IReadOnlyList<TensorShape> outputShapes, Func<LayerGraph> create)
    {
        _graph = new Lazy<LayerGraph>(create);
        (_plan, _planBeforeActivation) = (null, null);
        (InputShapes, OutputShapes, IsBuilt) = (inputShapes, outputShapes, true);
        _trainer.GraphChanged();
    }

    /// <summary>Makes the model one without calls.</summary>
    private protected void RemoveGraph()
    {
        (_graph, _plan, _planBeforeActivation) = (null, null, null);
        (InputShapes, OutputShapes, IsBuilt) = ([], [], false);
        _trainer.GraphChanged();
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => OnlyOutput(ForwardCore([x], training));

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> ForwardCore(IReadOnlyList<Tensor> inputs, bool training)
    {
        using ModelGate.Pass pass = _trainer.Gate.EnterUse();
        return Plan.Forward(inputs, training);
    }

    private protected override Tensor BeforeActivation(Tensor x, bool training)
    {
        using ModelGate.Pass pass = _trainer.Gate.EnterUse();
        return (_planBeforeActivation ??= ExecutionPlan.BeforeActivation(Graph)).RawForward([x], training)[0];
    }

    private protected override void ChangeWeights(string verb, Action change)
    {
        using ModelGate.Pass pass = _trainer.Gate.EnterWeightChange(verb);
        change();
    }

    /// <summary>Enters a change of layers, which is refused during a Fit.</summary>
    private protected ModelGate.Pass EnterChange(string verb) => _trainer.Gate.EnterChange(verb);

    private protected override bool CanTake(IReadOnlyList<TensorShape> inputShapes) => true;

    private T OnlyOutput<T>(IReadOnlyList<T> outputs) => outputs.Count == 1
        ? outputs[0]
        : throw new InvalidOperationException($"{Kind}: '{Name}' has {outputs.Count} outputs. Use the form that takes and returns lists.");
}
