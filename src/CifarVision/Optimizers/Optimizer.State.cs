using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Optimizers;

/// <summary>The state of an optimizer: how it is created, saved and restored.</summary>
public abstract partial class Optimizer
{
    private const string AverageSlot = "average";
    private const string AccumulatorSlot = "gradient_accumulator";

    private readonly Dictionary<(Weight Weight, string Name), Tensor> _slots = [];
    private readonly List<OptimizerVariable> _variables = [];
    private readonly Dictionary<Weight, Tensor> _known = [];
    private IReadOnlyList<Weight> _weights = [];

    /// <summary>The number of values in the state, 0 before the first step; a model's summary reports it as optimizer params.</summary>
    internal long VariableCount => _weights.Count == 0 ? 0 : _variables.Sum(variable => variable.Count);

    /// <summary>The weights that have slots; none before the first step.</summary>
    internal IReadOnlyList<Weight> BuiltFor => _weights;

    /// <summary>The optimizer's variables, in the order in which Keras' files number them; before the first step only scalars.</summary>
    internal IReadOnlyList<OptimizerVariable> Variables => _variables;

    /// <summary>Creates the slots for these weights, filled with zeros, in Keras' order. Later calls let the slots follow weights to another device.</summary>
    internal void Build(IReadOnlyList<Weight> weights)
    {
        if (_weights.Count > 0)
            FollowWeights();
        if (_weights.Count > 0 || weights.Count == 0)
            return;
        _weights = [.. weights];
        foreach (Weight weight in weights)
            _known.Add(weight, weight.Value);
        if (UseEma)
            AddSlots(_weights, [AverageSlot]);
        if (GradientAccumulationSteps is not null)
            AddSlots(_weights, [AccumulatorSlot]);
        BuildSlots(_weights);
        FormGroups();
    }

    /// <summary>Returns copies of the optimizer's variables, in the order in which Keras' files number them; before the first step only scalars.</summary>
    internal IReadOnlyList<(string Path, NDArray Value)> GetState() => [.. _variables.Select(variable => (variable.Path, variable.Read()))];

    /// <summary>Returns the variables of these weights only, to be read later; weights frozen since the first step are left out.</summary>
    internal IReadOnlyList<OptimizerVariable> VariablesOf(IReadOnlyCollection<Weight> weights) =>
        [.. _variables.Where(variable => variable.Of is null || weights.Contains(variable.Of))];

    /// <summary>Restores the result of <see cref="GetState"/>, or the state in a Keras file. Training then continues as if it had not been interrupted.</summary>
    /// <param name="weights">The weights that training changes, in the model's order.</param>
    /// <param name="values">The arrays in order.</param>
    /// <exception cref="ArgumentException">The number of arrays or a shape differs. Nothing was changed.</exception>
    internal void SetState(IReadOnlyList<Weight> weights, IReadOnlyList<NDArray> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        SetState(weights, [.. values.Select(value => value.shape)], i => values[i]);
    }

    /// <summary>Restores a state whose arrays are read only if all their shapes fit.</summary>
    /// <param name="weights">The weights that training changes, in the model's order.</param>
    /// <param name="shapes">The shapes of the arrays in order.</param>
    /// <param name="read">Reads an array.</param>
    /// <exception cref="ArgumentException">The number of arrays or a shape differs. Nothing was changed.</exception>
    internal void SetState(IReadOnlyList<Weight> weights, IReadOnlyList<long[]> shapes, Func<int, NDArray> read)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Build(weights);
        RequireKnown(weights);
        // The state was saved before the first step, when there were no slots.
        int numbers = Schedule is null ? 2 : 1;
        if (shapes.Count == numbers && _variables.Count > numbers)
            ReleaseSlots();
        if (shapes.Count != _variables.Count)
            throw new ArgumentException($"{GetType().Name}: its state must have {_variables.Count} arrays, but was {shapes.Count}. It belongs to another optimizer or model.", nameof(shapes));
        for (int i = 0; i < shapes.Count; i++)
        {
            OptimizerVariable variable = _variables[i];
            if (!Fits(shapes[i], variable))
            {
                throw new ArgumentException(
                    $"{GetType().Name}: {variable.Path} must have the shape {TensorShape.Format(variable.Shape)}, but was {TensorShape.Format(shapes[i])}. It belongs to another optimizer or model.", nameof(shapes));
            }
        }

        // All are read before the first is changed.
        NDArray[] values = [.. shapes.Select((_, i) => read(i))];
        for (int i = 0; i < values.Length; i++)
            _variables[i].Write(values[i]);
    }

    /// <summary>Whether arrays of these shapes can be restored into the variables that the optimizer has now.</summary>
    internal bool HasStateOf(IReadOnlyList<long[]> shapes) => shapes.Count == _variables.Count && shapes.Zip(_variables, Fits).All(fits => fits);

    /// <summary>Frees the slots; the next step creates new ones with zeros.</summary>
    internal void ReleaseSlots()
    {
        DissolveGroups(_groups);
        foreach (Tensor slot in _slots.Values)
            slot.Dispose();
        _slots.Clear();
        _weights = [];
        _known.Clear();
        _variables.Clear();
        AddNumbers();
    }

    /// <summary>Creates the slots of the update rule with <see cref="AddSlots"/>. Called once, before the first step.</summary>
    /// <param name="weights">All weights to be trained, in the model's order.</param>
    protected virtual void BuildSlots(IReadOnlyList<Weight> weights)
    {
    }

    /// <summary>Creates tensors that outlive the steps, in each weight's shape and memory order.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="names">The names of the slots, such as <c>momentum</c>. Files store the slots of one call weight by weight.</param>
    /// <param name="initialValue">The initial value.</param>
    protected void AddSlots(IReadOnlyList<Weight> weights, IReadOnlyList<string> names, double initialValue = 0)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(names);
        HashSet<string> taken = [.. _variables.Select(variable => variable.Path)];
        foreach (Weight weight in weights)
        {
            foreach (string name in names)
            {
                Tensor slot = torch.empty_like(weight.Value).FillInPlace(initialValue).DetachFromDisposeScope();
                _slots.Add((weight, name), slot);
                Tensor Current() => Slot(weight, name);
                _variables.Add(new OptimizerVariable(
                    KerasNames.Unique($"{Name}/{weight.Path.Replace('/', '_')}_{name}", taken), slot.shape, () => ArrayConversion.ToNDArray(Current()), values => CopyInto(Current(), values), weight, Current));
            }
        }
    }

    /// <summary>Adds a scalar that belongs to no single weight to the saved state.</summary>
    /// <param name="path">Its path in files.</param>
    /// <param name="read">Returns the number.</param>
    /// <param name="write">Sets the restored number.</param>
    protected void AddNumber(string path, Func<double> read, Action<double> write) =>
        _variables.Add(new OptimizerVariable(path, [], () => NDArray.Scalar(read()), value => write(ToDouble(value))));

    /// <summary>Returns a tensor created by <see cref="AddSlots"/>, to be changed in place.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="name">The slot's name.</param>
    protected internal Tensor Slot(Weight weight, string name) => _slots[(weight, name)];

    // Compile converts weights to another device or type by giving them new tensors.
    private void FollowWeights()
    {
        Weight[] converted = [.. _weights.Where(weight => !ReferenceEquals(_known[weight], weight.Value))];
        if (converted.Length == 0)
            return;
        DissolveGroups(_groups);
        foreach (Weight weight in converted)
        {
            _known[weight] = weight.Value;
            foreach ((Weight Weight, string Name) key in _slots.Keys.Where(key => key.Weight == weight).ToArray())
            {
                Tensor slot = _slots[key];
                if (slot.dtype == weight.Value.dtype && slot.IsOn(weight.Value.device))
                    continue;
                _slots[key] = slot.to(weight.Value.dtype, weight.Value.device).DetachFromDisposeScope();
                slot.Dispose();
            }
        }

        FormGroups();
    }

    // A scalar has no axes, but some of Keras' backends write one axis of length 1.
    private static bool Fits(long[] shape, OptimizerVariable variable) =>
        variable.Shape.Length > 0 ? shape.AsSpan().SequenceEqual(variable.Shape) : shape.All(dim => dim == 1);

    private void AddNumbers()
    {
        _variables.Add(new OptimizerVariable($"{Name}/iteration", [], () => NDArray.Scalar(_steps), value => _steps = value.astype(np.int64).ToArray<long>()[0]));
        if (Schedule is null)
            AddNumber($"{Name}/learning_rate", () => _learningRate, RestoreLearningRate);
    }

    // Keras' files store the rate as float32. The double in the config is more precise where both are the same rate.
    private void RestoreLearningRate(double value)
    {
        if ((float)value != (float)_learningRate || (double)(float)value != value)
            _learningRate = Require.AtLeastZero(value, this, "learning_rate");
    }

    private static double ToDouble(NDArray value) => value.astype(np.float64).ToArray<double>()[0];

    private static void CopyInto(Tensor slot, NDArray values)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        slot.copy_(ArrayConversion.ToTensor(values, slot.device));
    }

    private void RequireGradients(IReadOnlyList<Weight> weights, IReadOnlyList<Tensor> gradients)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(gradients);
        if (gradients.Count != weights.Count)
            throw new ArgumentException($"{GetType().Name}: gradients must be one for each of the {weights.Count} weights, but was {gradients.Count}.", nameof(gradients));
        for (int i = 0; i < weights.Count; i++)
        {
            if (gradients[i] is null)
                throw new ArgumentException($"{GetType().Name}: the gradient of {weights[i].Path} must be a tensor, but was null. A weight that the loss does not depend on must not be trainable.", nameof(gradients));
            if (!gradients[i].shape.AsSpan().SequenceEqual(weights[i].Value.shape))
            {
                throw new ArgumentException(
                    $"{GetType().Name}: the gradient of {weights[i].Path} must have the shape {TensorShape.Format(weights[i].Value.shape)}, but was {TensorShape.Format(gradients[i].shape)}.", nameof(gradients));
            }
        }
    }

    /// <summary>Checks that an optimizer that has slots has them for these weights.</summary>
    /// <exception cref="ArgumentException">A weight was not among those of the first step.</exception>
    internal void RequireKnown(IReadOnlyList<Weight> weights)
    {
        if (_weights.Count == 0)
            return;
        foreach (Weight weight in weights)
        {
            if (!_known.ContainsKey(weight))
                throw new ArgumentException($"{GetType().Name}: {weight.Path} must be among the {_weights.Count} weights of the first step, but was not. Compile with a new optimizer.", nameof(weights));
        }
    }
}
