using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <content>Shapes and building.</content>
public abstract partial class Layer
{
    private readonly Lock _buildGate = new();
    private volatile bool _isBuilt;

    /// <summary>Whether the weights exist.</summary>
    public bool IsBuilt
    {
        get => _isBuilt;
        private protected set => _isBuilt = value;
    }

    /// <summary>The shape of one input sample, known once the layer is built; of several inputs, the first.</summary>
    public TensorShape InputShape => InputShapes.Count > 0 ? InputShapes[0] : default;

    /// <summary>The shape of one output sample, known once the layer is built; of several outputs, the first.</summary>
    public TensorShape OutputShape => OutputShapes.Count > 0 ? OutputShapes[0] : default;

    /// <summary>The shapes of all inputs; empty before the layer is built.</summary>
    internal IReadOnlyList<TensorShape> InputShapes { get; private protected set; } = [];

    /// <summary>The shapes of all outputs; empty before the layer is built.</summary>
    internal IReadOnlyList<TensorShape> OutputShapes { get; private protected set; } = [];

    /// <summary>
    /// Builds the layer: creates its weights for an input shape. Models and <see cref="Call(NDArray, bool)"/> build layers themselves. If several threads
    /// do so at once, the first builds and the others wait.
    /// </summary>
    /// <param name="inputShape">The shape of one sample, without the batch.</param>
    /// <exception cref="ArgumentException">The layer cannot take this shape.</exception>
    /// <exception cref="InvalidOperationException">The layer was built for another shape.</exception>
    public void Build(TensorShape inputShape) => Build([inputShape]);

    /// <summary>Builds a layer of several inputs.</summary>
    /// <param name="inputShapes">The shape of one sample of each input, without the batch.</param>
    /// <exception cref="ArgumentException">The layer cannot take these shapes.</exception>
    /// <exception cref="InvalidOperationException">The layer was built for other shapes.</exception>
    public void Build(IReadOnlyList<TensorShape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        lock (_buildGate)
        {
            if (IsBuilt)
            {
                if (!inputShapes.SequenceEqual(InputShapes) && !CanTake(inputShapes))
                    throw new InvalidOperationException($"{GetType().Name}: '{Name}' was built for {string.Join(", ", InputShapes)}, but is now given {string.Join(", ", inputShapes)}. Make a new layer.");
                return;
            }

            TorchRuntime.EnsureLoaded();
            using var scope = torch.NewDisposeScope();
            OutputShapes = ComputeOutputShape(inputShapes);
            try
            {
                BuildCore(inputShapes);
            }
            catch
            {
                OutputShapes = [];
                RemoveOwnWeights();
                throw;
            }

            InputShapes = [.. inputShapes];
            if (!_trainable)
                Trainable = false;
            IsBuilt = true;
        }
    }

    /// <summary>Computes the shape of one output sample from the shape of one input sample. Changes nothing.</summary>
    /// <param name="inputShape">The shape of one sample, without the batch.</param>
    /// <exception cref="ArgumentException">The layer cannot take this shape.</exception>
    public abstract TensorShape ComputeOutputShape(TensorShape inputShape);

    /// <summary>Computes the output shapes of a layer with several inputs or outputs. By default the layer has one of each.</summary>
    /// <param name="inputShapes">The shape of one sample of each input.</param>
    /// <exception cref="ArgumentException">The layer cannot take these shapes.</exception>
    protected internal virtual IReadOnlyList<TensorShape> ComputeOutputShape(IReadOnlyList<TensorShape> inputShapes) => [ComputeOutputShape(OnlyInput(inputShapes))];

    /// <summary>Creates the weights for an input shape that <see cref="ComputeOutputShape(TensorShape)"/> has accepted. A layer without weights need not override it.</summary>
    /// <param name="inputShape">The shape of one sample, without the batch.</param>
    protected virtual void BuildCore(TensorShape inputShape)
    {
    }

    /// <summary>Creates the weights of a layer with several inputs. By default the layer has one.</summary>
    /// <param name="inputShapes">The shape of one sample of each input, without the batch.</param>
    protected virtual void BuildCore(IReadOnlyList<TensorShape> inputShapes) => BuildCore(OnlyInput(inputShapes));

    /// <summary>
    /// Whether a built layer can be called on inputs of other shapes than it was built for, such as a convolution on larger images. By default only
    /// a layer without weights can.
    /// </summary>
    private protected virtual bool CanTake(IReadOnlyList<TensorShape> inputShapes) => Weights.Count == 0;

    /// <summary>Whether the layer has been built for one input of the same rank and last axis: the weights depend on the last axis only.</summary>
    private protected bool HasSameLastAxis(IReadOnlyList<TensorShape> inputShapes) =>
        inputShapes is [TensorShape shape] && shape.Rank == InputShape.Rank && shape[^1] == InputShape[^1];
}
