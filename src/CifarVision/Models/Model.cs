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
/// Predict and Evaluate may run on several threads; Fit is exclusive. Disposing is optional: it frees the weights at once instead of at garbage collection.
/// </remarks>
public partial class Model : Layer, IDisposable
{
    private readonly Trainer _trainer;
    private LayerGraph? _graph;
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
        SetGraph(FunctionalGraph.Create(this, [.. inputs], [.. outputs]));
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
    public override IReadOnlyList<Layer> Sublayers => _graph?.Layers ?? [];

    /// <summary>The graph of layer calls.</summary>
    internal LayerGraph Graph => _graph ?? throw new InvalidOperationException($"{Kind}: '{Name}' has no inputs and outputs before it is built. Give it an input shape.");

    /// <inheritdoc/>
    internal override string KerasClass => "Functional";

    /// <inheritdoc/>
    internal override bool NamesItsLayers => false;

    /// <inheritdoc/>
    internal override ActivationFunction FinalActivation => _graph is null ? ActivationFunction.Linear : ExecutionPlan.FinalActivation(_graph);

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
    public long CountParams() => Weights.Sum(weight => weight.Value.numel());

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
    public void Dispose()
    {
        foreach (Weight weight in Weights)
            weight.Value.Dispose();
        _trainer.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Sets the calls that the model consists of.</summary>
    private protected void SetGraph(LayerGraph? graph)
    {
        _graph = graph;
        (_plan, _planBeforeActivation) = (null, null);
        InputShapes = [.. graph?.Inputs.Select(input => input.Shape) ?? []];
        OutputShapes = [.. graph?.Outputs.Select(output => output.Shape) ?? []];
        IsBuilt = graph is not null;
        _trainer.GraphChanged();
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => OnlyOutput(Plan.Forward([x], training));

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> ForwardCore(IReadOnlyList<Tensor> inputs, bool training) => Plan.Forward(inputs, training);

    private protected override Tensor BeforeActivation(Tensor x, bool training) => (_planBeforeActivation ??= ExecutionPlan.BeforeActivation(Graph)).RawForward([x], training)[0];

    private protected override bool CanTake(IReadOnlyList<TensorShape> inputShapes) => true;

    private T OnlyOutput<T>(IReadOnlyList<T> outputs) => outputs.Count == 1
        ? outputs[0]
        : throw new InvalidOperationException($"{Kind}: '{Name}' has {outputs.Count} outputs. Use the form that takes and returns lists.");
}
