using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// The base class of layers (Keras: <c>keras.Layer</c>). For a layer of your own, implement <see cref="ComputeOutputShape(TensorShape)"/> and
/// <see cref="ForwardCore(Tensor, bool)"/>, create weights with <see cref="AddWeight"/> in <see cref="BuildCore(TensorShape)"/>, and override <see cref="GetConfig"/> to be saved.
/// </summary>
/// <remarks>
/// Tensors between layers have Keras' shapes: images (N, H, W, C), features (N, F). Convolution and pooling permute to torch's (N, C, H, W) and back; both are
/// free views, because the memory is always in torch's channels_last format. Layers never dispose tensors: Fit, Evaluate and Predict open one dispose scope per step.
/// </remarks>
public abstract partial class Layer
{
    private readonly long? _seed;
    private readonly NamedStream _random;
    private Device? _device;
    private bool _trainable = true;

    /// <summary>Creates a layer.</summary>
    /// <param name="name">The name, unique in a model; by default Keras' snake-case name of the class, numbered by the model.</param>
    /// <param name="seed">The seed of a layer that draws random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    protected Layer(string? name = null, long? seed = null)
    {
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Contains('/', StringComparison.Ordinal)))
            throw new ArgumentException($"{GetType().Name}: name must be non-empty and without '/', but was '{name}'.", nameof(name));
        HasDefaultName = name is null;
        Name = name ?? KerasNames.ToSnakeCase(KerasClass);
        Path = Name;
        _seed = seed;
        _random = new NamedStream(() => _seed is { } own ? new RandomStream(own, GetType().Name) : TorchRuntime.NewStream(Path));
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

    /// <summary>The inner layers of a composite; empty for other layers. Weights, training, saving and export include them.</summary>
    public virtual IReadOnlyList<Layer> Sublayers => [];

    /// <summary>
    /// The number of floating-point operations in the forward pass of one sample, where a multiply-add counts as two; known once the layer is built. Only
    /// convolutions and matrix products are counted, because they take nearly all the time. A composite has the sum of its sublayers.
    /// </summary>
    public virtual long ForwardFlops => Sublayers.Sum(layer => layer.ForwardFlops);

    /// <summary>The dtype policy in files, which only a file sets. Compile may have the layer compute by another.</summary>
    internal DTypePolicy SavedPolicy { get; set; } = DTypePolicy.Float32;

    /// <summary>The position in the layer's random stream, which a backup saves; null if the layer has drawn no numbers.</summary>
    internal StreamPlace? RandomPlace
    {
        get => _random.Place;
        set => _random.Place = value;
    }

    /// <summary>Whether the layer's random numbers have a seed of their own instead of following <see cref="TorchRuntime.SetSeed"/>.</summary>
    internal bool HasOwnSeed => _seed is not null;

    /// <summary>Goes to a place in the layer's stream of random numbers; 0 leaves a stream that has not begun.</summary>
    internal void AdvanceRandom(long counter)
    {
        if (counter > 0)
            Random.Counter = counter;
    }

    /// <summary>The compute dtype: <see cref="ForwardCore(Tensor, bool)"/> gets its input in it.</summary>
    protected ScalarType ComputeType { get; private set; } = ScalarType.Float32;

    /// <summary>The device of the weights.</summary>
    // Read on first use, because reading the default device loads torch.
    protected Device Device => _device ??= TorchRuntime.DefaultDevice;

    /// <summary>The random stream of this layer.</summary>
    protected RandomStream Random => _random.Value;

    /// <summary>Computes the output of a batch; builds the layer if needed.</summary>
    /// <param name="x">(N, H, W, C) or (N, ...).</param>
    /// <param name="training">Whether to behave as in a training step: dropout is applied, and batch statistics are used and accumulated.</param>
    /// <returns>(N, ...), with gradients if torch records them.</returns>
    public Tensor Forward(Tensor x, bool training)
    {
        ArgumentNullException.ThrowIfNull(x);
        using DisposeScope scope = torch.NewDisposeScope();
        if (!IsBuilt)
            Build(x.shape[1..]);
        Tensor y = scope.MoveToOuter(Run(x, training));
        GC.KeepAlive(x);
        GC.KeepAlive(this);
        return y;
    }

    /// <summary>Computes the outputs of a batch of several inputs; builds the layer if needed.</summary>
    /// <param name="inputs">Each (N, ...).</param>
    /// <param name="training">Whether this is a training step.</param>
    /// <returns>The outputs, each (N, ...), with gradients if torch records them.</returns>
    public IReadOnlyList<Tensor> Forward(IReadOnlyList<Tensor> inputs, bool training)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        using DisposeScope scope = torch.NewDisposeScope();
        if (!IsBuilt)
            Build([.. inputs.Select(x => (TensorShape)x.shape[1..])]);
        IReadOnlyList<Tensor> outputs = Run(inputs, training);
        foreach (Tensor output in outputs)
            scope.MoveToOuter(output);
        GC.KeepAlive(inputs);
        GC.KeepAlive(this);
        return outputs;
    }

    /// <summary>Computes the output for a batch given as an array (Keras: <c>layer(x)</c>); builds the layer if needed.</summary>
    /// <param name="x">(N, H, W, C) or (N, ...); cast to float32, never scaled.</param>
    /// <param name="training">Whether to behave as in a training step. Default false.</param>
    /// <returns>(N, ...), float32.</returns>
    public NDArray Call(NDArray x, bool training = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        TorchRuntime.EnsureLoaded();
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        return ArrayConversion.ToNDArray(Forward(ArrayConversion.ToTensor(x, Device), training));
    }

    /// <summary>Returns the settings under Keras' names, as in a <c>.keras</c> file.</summary>
    public virtual JsonObject GetConfig() => new() { ["name"] = Name, ["trainable"] = Trainable, ["dtype"] = SavedPolicy.KerasName() };

    /// <summary>The activation that the layer applies last. The execution plan may split it off.</summary>
    internal virtual ActivationFunction FinalActivation => ActivationFunction.Linear;

    /// <summary>Whether the layer returns its input unchanged, in training and in inference, like a linear Activation.</summary>
    internal virtual bool IsIdentity => false;

    /// <summary>Computes the output of a built layer. The execution plan calls it; the temporaries belong to the scope of the step.</summary>
    internal Tensor Run(Tensor x, bool training) => ForwardCore(InComputeType(x), training);

    /// <summary>Computes the outputs of a built layer with several inputs or outputs.</summary>
    internal IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs, bool training) => ForwardCore([.. inputs.Select(InComputeType)], training);

    /// <summary>Computes the output of a built layer before <see cref="FinalActivation"/>. The execution plan calls it where it has split the activation off.</summary>
    internal Tensor ForwardBeforeActivation(Tensor x, bool training) => BeforeActivation(InComputeType(x), training);

    /// <summary>Begins the streams of the layer and its sublayers.</summary>
    internal void ReserveStreams()
    {
        foreach ((_, Layer layer) in LayerTree.Walk(this))
            layer._random.Reserve();
    }

    /// <summary>Sets the dtype policy and the device of the layer and its sublayers, and converts the weights; or changes nothing.</summary>
    internal void Configure(DTypePolicy policy, Device device)
    {
        (ScalarType weightType, ScalarType computeType) = policy switch
        {
            DTypePolicy.Float64 => (ScalarType.Float64, ScalarType.Float64),
            DTypePolicy.MixedBFloat16 => (ScalarType.Float32, ScalarType.BFloat16),
            DTypePolicy.Float32 => (ScalarType.Float32, ScalarType.Float32),
            _ => throw new ArgumentOutOfRangeException(nameof(policy), $"{GetType().Name}: the policy of '{Name}' must be Float32, MixedBFloat16 or Float64, but was {policy}. Resolve Auto for the device first, as Compile does."),
        };
        Layer[] layers = [.. LayerTree.Walk(this).Select(place => place.Layer)];
        foreach ((Weight weight, Tensor converted) in Convert([.. layers.SelectMany(layer => layer.WeightsToConvert)], weightType, device))
            weight.Replace(converted);
        foreach (Layer layer in layers)
        {
            foreach (Weight weight in layer.WeightsToConvert)
                weight.Place(weightType, device);
            (layer.WeightType, layer.ComputeType, layer._device) = (weightType, computeType, device);
            layer.ConvertRest(weightType, device);
        }
    }

    /// <summary>Computes the output of a batch.</summary>
    /// <param name="x">The input, of <see cref="ComputeType"/>.</param>
    /// <param name="training">Whether this is a training step.</param>
    protected abstract Tensor ForwardCore(Tensor x, bool training);

    /// <summary>Computes the outputs of a layer with several inputs or outputs. By default the layer has one of each.</summary>
    /// <param name="inputs">The inputs, of <see cref="ComputeType"/>.</param>
    /// <param name="training">Whether this is a training step.</param>
    protected virtual IReadOnlyList<Tensor> ForwardCore(IReadOnlyList<Tensor> inputs, bool training) => [ForwardCore(OnlyInput(inputs), training)];

    /// <summary>Computes the output before <see cref="FinalActivation"/>; a layer that has one overrides this and <see cref="ForwardCore(Tensor, bool)"/>.</summary>
    private protected virtual Tensor BeforeActivation(Tensor x, bool training) => ForwardCore(x, training);

    private T OnlyInput<T>(IReadOnlyList<T> inputs) => inputs.Count == 1
        ? inputs[0]
        : throw new ArgumentException($"{GetType().Name}: '{Name}' must be given one input, but was given {inputs.Count}. Merge them first, as with Concatenate.");

    // All are converted before the first is replaced, so that nothing changes if memory or the device fails.
    private static List<(Weight Weight, Tensor Converted)> Convert(IReadOnlyList<Weight> weights, ScalarType type, Device device)
    {
        var all = new List<(Weight Weight, Tensor Converted)>();
        try
        {
            foreach (Weight weight in weights)
            {
                if (weight.Converted(type, device) is { } converted)
                    all.Add((weight, converted));
            }

            return all;
        }
        catch
        {
            all.ForEach(pair => pair.Converted.Dispose());
            throw;
        }
    }

    private protected Tensor InComputeType(Tensor x) => x.dtype == ComputeType ? x : x.to(ComputeType);
}
