using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>
/// One step of a model, and the base of your own: implement <see cref="ComputeOutputShape"/> and <see cref="ForwardCore"/>, override
/// <see cref="BuildCore"/> to make weights with <see cref="AddWeight"/>, and <see cref="GetConfig"/> to be saved.
/// </summary>
/// <remarks>
/// Tensors between layers are shaped as in Keras: images (N, H, W, C), features (N, F). Convolution and pooling permute to torch's
/// (N, C, H, W) and back; both are free views, since the memory is torch's channels_last all along. Layers never dispose: Fit, Evaluate and
/// Predict open one dispose scope a step.
/// </remarks>
public abstract partial class Layer
{
    private readonly long? _seed;
    private RandomStream? _random;
    private bool _trainable = true;

    /// <summary>Keeps the name.</summary>
    /// <param name="name">Unique inside a model; by default Keras' snake-case name of the class, numbered by the model.</param>
    /// <param name="seed">For a layer that draws random numbers: a seed of its own. By default it follows <see cref="TorchRuntime.SetSeed"/>.</param>
    protected Layer(string? name = null, long? seed = null)
    {
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Contains('/', StringComparison.Ordinal)))
            throw new ArgumentException($"{GetType().Name}: name must be non-empty and without '/', but was '{name}'.", nameof(name));
        HasDefaultName = name is null;
        Name = name ?? KerasNames.ToSnakeCase(GetType().Name);
        Path = Name;
        _seed = seed;
    }

    /// <summary>The name, unique inside a model.</summary>
    public string Name { get; private set; }

    /// <summary>Whether training changes the layer's weights. A BatchNormalization that is not trainable runs in inference mode.</summary>
    public bool Trainable
    {
        get => _trainable;
        set
        {
            _trainable = value;
            foreach (Weight weight in _ownTrainable)
                weight.Trainable = value;
            foreach (Layer layer in Sublayers)
                layer.Trainable = value;
        }
    }

    /// <summary>The layers inside a composite; empty for others. Weights, training, saving and export walk it.</summary>
    public virtual IReadOnlyList<Layer> Sublayers => [];

    /// <summary>Whether the weights exist.</summary>
    public bool IsBuilt { get; private protected set; }

    /// <summary>The shape of one input sample, known once the layer is built.</summary>
    public TensorShape InputShape { get; private protected set; }

    /// <summary>The shape of one output sample, known once the layer is built.</summary>
    public TensorShape OutputShape { get; private protected set; }

    /// <summary>
    /// How many floating-point operations the forward pass of one sample takes, a multiply-add being two; known once the layer is built. Only
    /// convolutions and matrix products are counted, which take nearly all the time; a composite has those of its sublayers.
    /// </summary>
    public virtual long ForwardFlops => Sublayers.Sum(layer => layer.ForwardFlops);

    /// <summary>Whether the name is the class's default, which a model may number.</summary>
    internal bool HasDefaultName { get; }

    /// <summary>Name with those of the models around it: <c>sequential/conv2d</c>.</summary>
    internal string Path { get; private set; }

    /// <summary>Where the layer is in its stream of random numbers, or null if it has drawn none; what resuming saves.</summary>
    internal StreamPlace? RandomPlace
    {
        get => _random is { } stream ? new StreamPlace(stream.Name, stream.Counter) : null;
        set
        {
            _random = null;
            if (value is { } place)
                Random.GoTo(place.Name, place.Counter);
        }
    }

    /// <summary>In which number format <see cref="ForwardCore"/> computes; its input was converted to it.</summary>
    protected ScalarType ComputeType { get; private set; } = ScalarType.Float32;

    /// <summary>The device of the weights.</summary>
    protected Device Device { get; private set; } = TorchRuntime.DefaultDevice;

    /// <summary>The layer's own stream of random numbers.</summary>
    protected RandomStream Random => _random ??= _seed is { } seed ? new RandomStream(seed, GetType().Name) : TorchRuntime.NewStream(Path);

    /// <summary>Makes the weights. Called once, by the model or by <see cref="Call"/>.</summary>
    /// <param name="inputShape">The shape of one sample, without the batch.</param>
    /// <exception cref="ArgumentException">The layer cannot take this shape.</exception>
    /// <exception cref="InvalidOperationException">The layer was built for another shape.</exception>
    public void Build(TensorShape inputShape)
    {
        if (IsBuilt)
        {
            if (inputShape != InputShape)
                throw new InvalidOperationException($"{GetType().Name}: '{Name}' was built for {InputShape}, but is now given {inputShape}. Make a new layer.");
            return;
        }

        using var scope = torch.NewDisposeScope();
        OutputShape = ComputeOutputShape(inputShape);
        BuildCore(inputShape);
        InputShape = inputShape;
        IsBuilt = true;
        if (!_trainable)
            Trainable = false;
    }

    /// <summary>The shape of one output sample for a shape of input. Changes nothing.</summary>
    /// <param name="inputShape">The shape of one sample, without the batch.</param>
    /// <exception cref="ArgumentException">The layer cannot take this shape.</exception>
    public abstract TensorShape ComputeOutputShape(TensorShape inputShape);

    /// <summary>Computes the output of a batch; builds the layer if needed.</summary>
    /// <param name="x">(N, H, W, C) or (N, ...).</param>
    /// <param name="training">Whether this is a training step: dropout drops, batch statistics are used and gathered.</param>
    /// <returns>(N, ...), with gradients if torch records them.</returns>
    public Tensor Forward(Tensor x, bool training)
    {
        ArgumentNullException.ThrowIfNull(x);
        using DisposeScope scope = torch.NewDisposeScope();
        if (!IsBuilt)
            Build(x.shape[1..]);
        Tensor y = scope.MoveToOuter(ForwardCore(InComputeType(x), training));
        GC.KeepAlive(x);
        GC.KeepAlive(this);
        return y;
    }

    /// <summary>Computes the output of a batch of NumSharp arrays, as one calls a Keras layer; builds the layer if needed.</summary>
    /// <param name="x">(N, H, W, C) or (N, ...); cast to float32, never scaled.</param>
    /// <param name="training">Whether to behave as in a training step. Default false.</param>
    /// <returns>(N, ...), float32.</returns>
    public NDArray Call(NDArray x, bool training = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        return ArrayConversion.ToNDArray(Forward(ArrayConversion.ToTensor(x, Device), training));
    }

    /// <summary>The settings under Keras' names, as they stand in a <c>.keras</c> file.</summary>
    public virtual JsonObject GetConfig() => new() { ["name"] = Name, ["trainable"] = Trainable, ["dtype"] = "float32" };

    /// <summary>The activation that the layer ends with. <c>ForwardPlan</c> may apply it itself, later.</summary>
    internal virtual ActivationFunction FinalActivation => ActivationFunction.Linear;

    /// <summary>The output of a built layer before <see cref="FinalActivation"/>.</summary>
    internal Tensor ForwardBeforeActivation(Tensor x, bool training) => BeforeActivation(InComputeType(x), training);

    /// <summary>Gives the layer the name and path it has inside a model.</summary>
    internal void Rename(string name, string parentPath)
    {
        Name = name;
        SetPath(parentPath.Length == 0 ? name : $"{parentPath}/{name}");
    }

    /// <summary>Converts weights and computation to a policy and a device; a composite passes it on.</summary>
    internal virtual void Configure(DTypePolicy policy, Device device)
    {
        (WeightType, ComputeType) = policy switch
        {
            DTypePolicy.Float64 => (ScalarType.Float64, ScalarType.Float64),
            DTypePolicy.MixedBFloat16 => (ScalarType.Float32, ScalarType.BFloat16),
            _ => (ScalarType.Float32, ScalarType.Float32),
        };
        Device = device;
        ConvertWeights(WeightType, device);
        foreach (Layer layer in Sublayers)
            layer.Configure(policy, device);
    }

    /// <summary>Makes the weights for an input shape that <see cref="ComputeOutputShape"/> accepted; layers without weights need none of it.</summary>
    /// <param name="inputShape">The shape of one sample, without the batch.</param>
    protected virtual void BuildCore(TensorShape inputShape)
    {
    }

    /// <summary>Computes the output of a batch.</summary>
    /// <param name="x">The input, of <see cref="ComputeType"/>.</param>
    /// <param name="training">Whether this is a training step.</param>
    protected abstract Tensor ForwardCore(Tensor x, bool training);

    /// <summary>What <see cref="ForwardCore"/> computes, without <see cref="FinalActivation"/>; a layer that ends with one implements both.</summary>
    private protected virtual Tensor BeforeActivation(Tensor x, bool training) => ForwardCore(x, training);

    private Tensor InComputeType(Tensor x) => x.dtype == ComputeType ? x : x.to(ComputeType);

    private void SetPath(string path)
    {
        Path = path;
        foreach (Weight weight in OwnWeights)
            weight.Path = $"{path}/{weight.Name}";
        foreach (Layer layer in Sublayers)
            layer.SetPath($"{path}/{layer.Name}");
    }
}
