using CifarVision.Constraints;
using CifarVision.Initializers;
using CifarVision.Regularizers;
using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <content>The weights: creation, reading and setting, penalties, conversion.</content>
public abstract partial class Layer
{
    private readonly List<Weight> _ownTrainable = [];
    private readonly List<Weight> _ownOthers = [];
    private readonly List<(Weight Weight, Regularizer Regularizer)> _regularized = [];

    /// <summary>All weights: the trainable ones, then the others, then those of sublayers; empty before the layer is built.</summary>
    public IReadOnlyList<Weight> Weights => Sublayers.Count == 0
        ? [.. OwnWeights]
        : [.. LayerTree.Walk(this).SelectMany(place => place.Layer.OwnWeights)];

    /// <summary>The dtype of the weights.</summary>
    private protected ScalarType WeightType { get; private set; } = ScalarType.Float32;

    /// <summary>The weights without those of sublayers, the trainable ones first.</summary>
    internal IEnumerable<Weight> OwnWeights => _ownTrainable.Concat(_ownOthers);

    /// <summary>The layer's own weights that no optimizer changes, such as moving averages.</summary>
    internal IReadOnlyList<Weight> OwnOthers => _ownOthers;

    /// <summary>Returns copies of all weights, in the order of <see cref="Weights"/> and in Keras' layout.</summary>
    public IReadOnlyList<NDArray> GetWeights() => [.. Weights.Select(weight => weight.ToArray())];

    /// <summary>Sets all weights.</summary>
    /// <param name="weights">Arrays as <see cref="GetWeights"/> gives them.</param>
    /// <exception cref="InvalidOperationException">The layer is not built, so it has no weights yet.</exception>
    /// <exception cref="ArgumentException">The number of arrays or a shape differs; nothing was changed.</exception>
    public void SetWeights(IReadOnlyList<NDArray> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        IReadOnlyList<Weight> own = Weights;
        if (!IsBuilt)
            throw new InvalidOperationException($"{GetType().Name}: '{Name}' has no weights before it is built. Call Build with the input shape first.");
        if (weights.Count != own.Count)
            throw new ArgumentException($"{GetType().Name}: '{Name}' must be given {own.Count} arrays, but was {weights.Count}.", nameof(weights));
        for (int i = 0; i < own.Count; i++)
            own[i].RequireShape(weights[i]);
        ChangeWeights(nameof(SetWeights), () =>
        {
            for (int i = 0; i < own.Count; i++)
                own[i].Assign(weights[i]);
        });
    }

    /// <summary>Runs a change of weights; a model makes it wait for predictions.</summary>
    private protected virtual void ChangeWeights(string verb, Action change) => change();

    /// <summary>Computes the sum of the penalties on the layer's weights; null if there are none.</summary>
    public Tensor? RegularizationLoss()
    {
        TorchRuntime.EnsureLoaded();
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor? sum = null;
        foreach ((Weight weight, Regularizer regularizer) in LayerTree.Walk(this).SelectMany(place => place.Layer._regularized))
        {
            // As in Keras, only trainable weights are penalized.
            if (!weight.Trainable)
                continue;
            Tensor penalty = regularizer.Call(weight.Value);
            sum = sum is null ? penalty : sum.Add(penalty);
        }

        GC.KeepAlive(this);
        return sum is null ? null : scope.MoveToOuter(sum);
    }

    /// <summary>Creates a weight. Call it in <see cref="BuildCore(TensorShape)"/>.</summary>
    /// <param name="name">Keras' name: <c>kernel</c>, <c>bias</c>.</param>
    /// <param name="shape">The shape, in Keras' layout.</param>
    /// <param name="initializer">The initializer.</param>
    /// <param name="trainable">Whether an optimizer changes it. Default true.</param>
    /// <param name="regularizer">The regularizer, or null.</param>
    /// <param name="constraint">The constraint applied after each update, or null.</param>
    /// <param name="memoryOrder">The axes from the outermost to the innermost in memory; by default the order of the shape.</param>
    protected Weight AddWeight(
        string name,
        TensorShape shape,
        Initializer initializer,
        bool trainable = true,
        Regularizer? regularizer = null,
        Constraint? constraint = null,
        ReadOnlySpan<long> memoryOrder = default)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        string path = $"{Path}/{name}";
        RequireMemory(path, shape);
        if (shape.ElementCount > int.MaxValue / sizeof(float))
            throw new ArgumentException(FormattableString.Invariant($"{GetType().Name}: the weight '{name}' of '{Name}' must take less than 2 GB, but was {TensorShape.Format(shape.Dims)}. Make the layer or its input smaller."), nameof(shape));
        var initial = new InitialTensor(shape, memoryOrder.ToArray(), Filler(path, shape, initializer)) { Type = WeightType, Device = Device };
        var weight = new Weight(name, path, initial, trainable && _trainable) { Constraint = constraint is null ? null : constraint.Call };
        if (!_isOfModelConfig)
            _ = weight.Value;
        (trainable ? _ownTrainable : _ownOthers).Add(weight);
        if (regularizer is not null)
            _regularized.Add((weight, regularizer));
        return weight;
    }

    /// <summary>Creates a weight from an existing tensor, such as a parameter of a TorchSharp module.</summary>
    private protected void Adopt(string name, Tensor tensor, bool trainable) =>
        (trainable ? _ownTrainable : _ownOthers).Add(new Weight(name, $"{Path}/{name}", tensor, trainable && _trainable));

    /// <summary>The weights that <see cref="Configure"/> converts; others are left to <see cref="ConvertRest"/>.</summary>
    private protected virtual IEnumerable<Weight> WeightsToConvert => OwnWeights;

    /// <summary>Converts what the layer keeps besides, to a dtype and a device.</summary>
    private protected virtual void ConvertRest(ScalarType type, Device device)
    {
    }

    /// <summary>Returns the tensor of a weight in the compute dtype: the tensor itself, or a copy that gradients flow through.</summary>
    /// <param name="weight">One of the layer's weights.</param>
    /// <returns>A tensor to read only: Predict and Evaluate convert a weight once for all batches, unless your callbacks run between them.</returns>
    protected Tensor Cast(Weight weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return WeightCasts.Of(weight, ComputeType);
    }

    // Torch's own error is a stack of C++ calls. A file can ask for any number of units.
    private void RequireMemory(string path, TensorShape shape)
    {
        Int128 bytes = WeightType.ElementSize();
        foreach (long dim in shape.Dims)
            bytes = bytes < long.MaxValue ? bytes * dim : bytes;
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"{GetType().Name}: the weight {path} must fit into memory, but its shape {shape} needs {bytes >> 20} MB of {available >> 20} MB. Make the layer or its input smaller."));
        }
    }

    private void RemoveOwnWeights()
    {
        foreach (Weight weight in OwnWeights)
            weight.Dispose();
        _ownTrainable.Clear();
        _ownOthers.Clear();
        _regularized.Clear();
    }

    // The stream begins when the layer is built, and keeps its seed: the values do not depend on when they are needed.
    private InitialTensor.Filler? Filler(string path, TensorShape shape, Initializer initializer)
    {
        if (_awaitsValues)
            return null;
        RandomStream random = TorchRuntime.NewStream(path).Copy();
        return values => initializer.Fill(values, shape, random);
    }
}
