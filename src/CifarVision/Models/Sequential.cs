using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Models;

/// <summary>A stack of layers with Keras' training loop: Compile, Fit, Evaluate, Predict, Summary (Keras: <c>keras.Sequential</c>).</summary>
/// <remarks>
/// Layers are built as they are added when the input shape is known, else at the first call. Predict and Evaluate may run on several threads;
/// Fit is exclusive. Disposing is optional: it frees the weights now instead of at garbage collection.
/// </remarks>
public sealed partial class Sequential : Layer, IDisposable
{
    private readonly List<Layer> _layers = [];
    private InputLayer? _input;
    private ForwardPlan? _plan;

    /// <summary>A model whose input shape is known, so that its layers are built at once.</summary>
    /// <param name="inputShape">The shape of one sample, as <c>(32, 32, 3)</c>.</param>
    /// <param name="layers">The layers, first to last; more can be added.</param>
    public Sequential(TensorShape inputShape, params IEnumerable<Layer> layers)
        : this(layers.Prepend(new InputLayer(inputShape)))
    {
    }

    /// <summary>A model whose input shape is learned from an <see cref="InputLayer"/> or from the first data.</summary>
    /// <param name="layers">The layers, first to last; more can be added.</param>
    public Sequential(params IEnumerable<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        foreach (Layer layer in layers)
            Add(layer);
    }

    /// <summary>The layers, first to last; an <see cref="InputLayer"/> is not among them, as in Keras.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <inheritdoc/>
    public override IReadOnlyList<Layer> Sublayers => _layers;

    private ForwardPlan Plan => _plan ??= new ForwardPlan(_layers, _loss);

    /// <summary>Appends a layer. A default name is numbered so that it is unique: conv2d, conv2d_1, ...</summary>
    /// <param name="layer">A layer that is in this model only once.</param>
    /// <exception cref="ArgumentException">The name is taken, or the layer cannot take its input.</exception>
    public void Add(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (layer is InputLayer input)
        {
            if (_layers.Count > 0 || _input is not null)
                throw new ArgumentException("Sequential: an InputLayer must come first and only once.", nameof(layer));
            _input = input;
            return;
        }

        layer.Rename(LayerNames.Unique(layer, _layers, nameof(Sequential)), Path);
        layer.Configure(_precision, Device);
        if (_input is not null)
        {
            layer.Build(_layers.Count == 0 ? _input.Shape : OutputShape);
            InputShape = _input.Shape;
            OutputShape = layer.OutputShape;
            IsBuilt = true;
        }

        _layers.Add(layer);
        LayersChanged();
    }

    /// <summary>Removes the last layer.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public void Pop()
    {
        if (_layers.Count == 0)
            throw new InvalidOperationException("Sequential: there is no layer to remove.");
        _layers.RemoveAt(_layers.Count - 1);
        IsBuilt = IsBuilt && _layers.Count > 0;
        if (IsBuilt)
            OutputShape = _layers[^1].OutputShape;
        LayersChanged();
    }

    /// <summary>The layer of a name.</summary>
    /// <param name="name">As in the summary.</param>
    /// <exception cref="ArgumentException">There is none; the message lists those that are.</exception>
    public Layer GetLayer(string name) =>
        _layers.Find(layer => layer.Name == name)
        ?? throw new ArgumentException($"Sequential: no layer is named '{name}'. There are: {string.Join(", ", _layers.Select(layer => layer.Name))}.", nameof(name));

    /// <summary>The layer at a place.</summary>
    /// <param name="index">From 0; an InputLayer does not count.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public Layer GetLayer(int index) =>
        index >= 0 && index < _layers.Count
            ? _layers[index]
            : throw new ArgumentOutOfRangeException(nameof(index), $"Sequential: index must be from 0 to {_layers.Count - 1}, but was {index}.");

    /// <summary>The number of values in all weights, trainable or not.</summary>
    public long CountParams() => Weights.Sum(weight => weight.Value.numel());

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        TensorShape shape = inputShape;
        foreach (Layer layer in _layers)
            shape = layer.ComputeOutputShape(shape);
        return shape;
    }

    /// <summary>Frees the weights and what the optimizer keeps for them. The model cannot be used afterwards.</summary>
    public void Dispose()
    {
        foreach (Weight weight in Weights)
            weight.Value.Dispose();
        _optimizer?.ReleaseSlots();
        ResetMetrics();
    }

    /// <inheritdoc/>
    protected override void BuildCore(TensorShape inputShape)
    {
        if (_layers.Count == 0)
            throw new InvalidOperationException("Sequential: the model has no layers. Add one first.");
        TensorShape shape = inputShape;
        foreach (Layer layer in _layers)
        {
            layer.Build(shape);
            shape = layer.OutputShape;
        }
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => Plan.Forward(x, training);

    private void LayersChanged()
    {
        _plan = null;
        ApplyPrecision();
    }
}
