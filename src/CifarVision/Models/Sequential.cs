using CifarVision.Graphs;
using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Training;

namespace CifarVision.Models;

/// <summary>A stack of layers (Keras: <c>keras.Sequential</c>), to which layers can be added.</summary>
/// <remarks>If the input shape is known, layers are built when they are added, else at the first call.</remarks>
public sealed partial class Sequential : Model
{
    private readonly List<Layer> _layers = [];
    private readonly LayerNames _names = new(nameof(Sequential));
    private readonly List<Node> _calls = [];
    private InputLayer? _input;

    /// <summary>Creates a model whose input shape is known, so that its layers are built at once.</summary>
    /// <param name="inputShape">The shape of one sample, such as <c>(32, 32, 3)</c>.</param>
    /// <param name="layers">The layers, first to last; more can be added.</param>
    public Sequential(TensorShape inputShape, params IEnumerable<Layer> layers)
        : this(layers.Prepend(new InputLayer(inputShape)))
    {
    }

    /// <summary>Creates a model whose input shape is determined by an <see cref="InputLayer"/> or by the first data.</summary>
    /// <param name="layers">The layers, first to last; more can be added.</param>
    public Sequential(params IEnumerable<Layer> layers)
        : base(name: null)
    {
        ArgumentNullException.ThrowIfNull(layers);
        foreach (Layer layer in layers)
            Add(layer);
    }

    /// <summary>The layers, first to last, without the <see cref="InputLayer"/>, as in Keras.</summary>
    public override IReadOnlyList<Layer> Layers => _layers;

    /// <inheritdoc/>
    public override IReadOnlyList<Layer> Sublayers => _layers;

    /// <summary>The input; null before the input shape is known.</summary>
    internal InputLayer? InputLayer => _input;

    /// <inheritdoc/>
    internal override string KerasClass => nameof(Sequential);

    /// <inheritdoc/>
    internal override bool NamesItsLayers => true;

    /// <summary>Appends a layer. A default name is numbered so that it is unique: conv2d, conv2d_1, ...</summary>
    /// <param name="layer">A layer that is not yet in this model.</param>
    /// <exception cref="ArgumentException">The name is taken, or the layer cannot take its input.</exception>
    public void Add(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        using ModelGate.Pass pass = EnterChange(nameof(Add));
        if (LayerTree.Walk(layer).Any(place => place.Layer == this))
            throw new ArgumentException($"Sequential: layer must not be the model itself or a model that holds it, but was '{layer.Name}'. Make a new model.", nameof(layer));
        if (layer is InputLayer input)
        {
            if (_layers.Count > 0 || _input is not null)
                throw new ArgumentException("Sequential: an InputLayer must come first and only once.", nameof(layer));
            _input = input;
            return;
        }

        string name = _names.Unique(layer);
        // A layer that does not fit is refused before it or the model changes.
        if (_input is not null)
            _ = layer.ComputeOutputShape([_calls.Count == 0 ? _input.Output.Shape : _calls[^1].Outputs[0].Shape]);
        layer.JoinParent(this, name);
        ConfigureNew(layer);
        if (_input is not null)
            CallOnLast(layer);
        _layers.Add(layer);
        _names.Add(layer);
        LayersChanged();
    }

    /// <summary>Removes the last layer.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public void Pop()
    {
        using ModelGate.Pass pass = EnterChange(nameof(Pop));
        if (_layers.Count == 0)
            throw new InvalidOperationException("Sequential: there is no layer to remove.");
        Layer last = _layers[^1];
        _layers.RemoveAt(_layers.Count - 1);
        _names.Remove(last);
        if (_calls.Count > 0)
        {
            last.RemoveCall(_calls[^1]);
            _calls.RemoveAt(_calls.Count - 1);
        }

        LayersChanged();
    }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) =>
        _layers.Aggregate(inputShape, (shape, layer) => layer.ComputeOutputShape(shape));

    /// <inheritdoc/>
    protected internal override IReadOnlyList<TensorShape> ComputeOutputShape(IReadOnlyList<TensorShape> inputShapes) => inputShapes is [TensorShape only]
        ? [ComputeOutputShape(only)]
        : throw new ArgumentException($"Sequential: '{Name}' must be given one input, but was given {inputShapes.Count}.", nameof(inputShapes));

    /// <inheritdoc/>
    protected override void BuildCore(TensorShape inputShape)
    {
        if (_layers.Count == 0)
            throw new InvalidOperationException("Sequential: the model has no layers. Add one first.");
        _input = new InputLayer(inputShape);
        try
        {
            foreach (Layer layer in _layers)
                CallOnLast(layer);
        }
        catch
        {
            // A custom layer may refuse its input in BuildCore only.
            foreach (Node call in _calls)
                call.Layer.RemoveCall(call);
            _calls.Clear();
            _input = null;
            throw;
        }

        LayersChanged();
    }

    private void CallOnLast(Layer layer) => _calls.Add(layer.CallOn([_calls.Count == 0 ? _input!.Output : _calls[^1].Outputs[0]], isList: false));

    private void LayersChanged()
    {
        if (_calls.Count == 0)
            RemoveGraph();
        else
            SetGraph([_input!.Shape], [_calls[^1].Outputs[0].Shape], () => LayerGraph.Chain([_input!.Output.Node, .. _calls]));
        ApplyPrecision();
    }
}
