using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Optimizers;

/// <summary>
/// The base class of optimizers. For an update rule of your own, implement <see cref="Update"/>, create the state of each
/// weight in <see cref="BuildSlots"/>, and override <see cref="GetConfig"/> to be saved.
/// </summary>
/// <remarks>
/// One update, in Keras' order: mean of the accumulated gradients, clipping, weight decay, the rule, moving average of the weights, constraints.
/// All of it works in place and leaves nothing to dispose; no number is read back from the device.
/// </remarks>
public abstract partial class Optimizer
{
    private readonly GradientClipping _clipping;
    private double _learningRate;
    private long _steps;

    /// <summary>Creates an optimizer with the arguments that all optimizers share.</summary>
    /// <param name="learningRate">A number of 0 or more, or a schedule.</param>
    /// <param name="weightDecay">The weight decay: before each update, the weight times this factor and the learning rate is subtracted; null for none.</param>
    /// <param name="clipNorm">The largest norm of each weight's gradient; null or 0 for no limit.</param>
    /// <param name="clipValue">The largest absolute value in a gradient; null or 0 for no limit.</param>
    /// <param name="globalClipNorm">The largest norm of all gradients together; null or 0 for no limit.</param>
    /// <param name="useEma">Whether to keep a moving average of the weights, which replaces them at the end of Fit.</param>
    /// <param name="emaMomentum">The exponential decay rate of the moving average, from 0 to 1.</param>
    /// <param name="emaOverwriteFrequency">The number of updates after which the weights are also overwritten by their average; null for the end of Fit only.</param>
    /// <param name="gradientAccumulationSteps">The number of steps whose mean gradient makes one update, 2 or more; null for one update per step.</param>
    /// <param name="excludeFromWeightDecay">Substrings of the names of weights without weight decay, such as <c>["bias", "gamma", "beta"]</c>.</param>
    /// <param name="name">The name in files; by default Keras' snake-case name of the class.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">More than one of the three clippings is set, or a name is empty.</exception>
    protected Optimizer(
        LearningRateSchedule learningRate,
        double? weightDecay = null,
        double? clipNorm = null,
        double? clipValue = null,
        double? globalClipNorm = null,
        bool useEma = false,
        double emaMomentum = 0.99,
        int? emaOverwriteFrequency = null,
        int? gradientAccumulationSteps = null,
        IEnumerable<string>? excludeFromWeightDecay = null,
        string? name = null)
    {
        ArgumentNullException.ThrowIfNull(learningRate);
        if (learningRate is ConstantRate)
            _learningRate = Require.AtLeastZero(learningRate.Rate(0), this, nameof(learningRate));
        else
            Schedule = learningRate;
        WeightDecay = weightDecay is null ? null : Require.AtLeastZero(weightDecay.Value, this, nameof(weightDecay));
        _clipping = new GradientClipping(this, clipNorm, clipValue, globalClipNorm);
        UseEma = useEma;
        EmaMomentum = Require.Fraction(emaMomentum, this);
        EmaOverwriteFrequency = AtLeast(1, emaOverwriteFrequency, nameof(emaOverwriteFrequency));
        GradientAccumulationSteps = AtLeast(2, gradientAccumulationSteps, nameof(gradientAccumulationSteps));
        ExcludeFromWeightDecay = [.. excludeFromWeightDecay ?? []];
        if (ExcludeFromWeightDecay.Any(string.IsNullOrEmpty))
            throw new ArgumentException($"{GetType().Name}: excludeFromWeightDecay must hold no empty name, which every weight contains.", nameof(excludeFromWeightDecay));
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Contains('/', StringComparison.Ordinal)))
            throw new ArgumentException($"{GetType().Name}: name must be non-empty and without '/', but was '{name}'.", nameof(name));
        Name = name ?? KerasNames.ToSnakeCase(GetType().Name);
        AddNumbers();
    }

    /// <summary>The name in files.</summary>
    public string Name { get; }

    /// <summary>
    /// The rate of the next step: the number set last, or the value of the schedule. It can be set between steps, unless there is a schedule.
    /// </summary>
    /// <exception cref="InvalidOperationException">The optimizer has a schedule.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 0.</exception>
    public double LearningRate
    {
        get => Schedule?.Rate(_steps) ?? _learningRate;
        set
        {
            if (Schedule is not null)
            {
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"{GetType().Name}: LearningRate must be left to its {Schedule.GetType().Name}, but was set to {value}. Give the constructor a number to be able to set it."));
            }

            _learningRate = Require.AtLeastZero(value, this, nameof(LearningRate));
        }
    }

    /// <summary>The schedule that gives the rate, or null where it is a number.</summary>
    public LearningRateSchedule? Schedule { get; }

    /// <summary>The number of updates made: the calls of <see cref="Apply"/>, divided by <see cref="GradientAccumulationSteps"/> where gradients are accumulated.</summary>
    public long Iterations => _steps / (GradientAccumulationSteps ?? 1);

    /// <summary>The weight decay: before each update, the weight times this factor and the learning rate is subtracted; null for none.</summary>
    public double? WeightDecay { get; }

    /// <summary>Substrings of the names of weights without weight decay.</summary>
    public IReadOnlyList<string> ExcludeFromWeightDecay { get; }

    /// <summary>The largest norm of each weight's gradient; null or 0 for no limit.</summary>
    public double? ClipNorm => _clipping.Norm;

    /// <summary>The largest absolute value in a gradient; null or 0 for no limit.</summary>
    public double? ClipValue => _clipping.Value;

    /// <summary>The largest norm of all gradients together; null or 0 for no limit.</summary>
    public double? GlobalClipNorm => _clipping.GlobalNorm;

    /// <summary>Whether a moving average of the weights is kept.</summary>
    public bool UseEma { get; }

    /// <summary>The exponential decay rate of the moving average.</summary>
    public double EmaMomentum { get; }

    /// <summary>The number of updates after which the weights are overwritten by their average; null for the end of Fit only.</summary>
    public int? EmaOverwriteFrequency { get; }

    /// <summary>The number of steps that make one update; null for one.</summary>
    public int? GradientAccumulationSteps { get; }

    /// <summary>
    /// Makes one step. The first call creates the slots for these weights; later calls may pass fewer weights, for example after a layer was frozen.
    /// </summary>
    /// <param name="weights">The weights to change. An empty list is not counted as a step.</param>
    /// <param name="gradients">One for each weight, in its shape; left unchanged.</param>
    /// <exception cref="ArgumentException">A gradient is missing or of another shape, or a weight was not among those of the first call. Nothing was changed.</exception>
    public void Apply(IReadOnlyList<Weight> weights, IReadOnlyList<Tensor> gradients)
    {
        RequireGradients(weights, gradients);
        if (weights.Count == 0)
            return;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Build(weights);
        RequireKnown(weights);
        (IReadOnlyList<Weight> units, IReadOnlyList<Tensor> unitGradients) = Join(weights, gradients);
        if (GradientAccumulationSteps is not { } steps)
            UpdateAll(units, unitGradients);
        else
            Accumulate(units, unitGradients, steps);
        if (UseEma)
            UpdateAverages();
        Constrain(weights);
        _steps++;
        GC.KeepAlive((weights, gradients));
    }

    /// <summary>
    /// Sets the weights to their moving average; without <c>useEma</c> nothing happens. Fit calls it at its end
    /// (Keras: <c>finalize_variable_values</c>).
    /// </summary>
    /// <param name="weights">The weights; those that the optimizer never changed are left alone.</param>
    public void FinalizeWeights(IReadOnlyList<Weight> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        // Before the first step the averages are zero.
        if (!UseEma || _steps == 0)
            return;
        using var noGrad = torch.no_grad();
        foreach (Weight weight in weights)
        {
            if (_slots.TryGetValue((weight, AverageSlot), out Tensor? average))
                weight.Value.copy_(average);
        }
    }

    /// <summary>Returns the settings under Keras' names, as in a <c>.keras</c> file.</summary>
    public virtual JsonObject GetConfig() => new()
    {
        ["name"] = Name,
        // Keras stores the rate as float32, so 0.01 is 0.009999999776482582 in its files.
        ["learning_rate"] = Schedule is null ? (double)(float)_learningRate : Schedule.ToKeras(),
        ["weight_decay"] = WeightDecay,
        ["clipnorm"] = ClipNorm,
        ["global_clipnorm"] = GlobalClipNorm,
        ["clipvalue"] = ClipValue,
        ["use_ema"] = UseEma,
        ["ema_momentum"] = EmaMomentum,
        ["ema_overwrite_frequency"] = EmaOverwriteFrequency,
        ["loss_scale_factor"] = null,
        ["gradient_accumulation_steps"] = GradientAccumulationSteps,
    };

    /// <summary>Called once per update, before the first weight's <see cref="Update"/>.</summary>
    protected virtual void BeginUpdate()
    {
    }

    /// <summary>Applies the update rule to one weight, in place. It is called without gradient recording and in a dispose scope.</summary>
    /// <param name="weight">The weight, already decayed.</param>
    /// <param name="gradient">Its gradient, already clipped, in its dtype. Not to be changed.</param>
    /// <param name="learningRate">The rate of this update.</param>
    protected abstract void Update(Weight weight, Tensor gradient, double learningRate);

    /// <summary>
    /// Raises a rate to the power of the step, in the weight's dtype as Keras does. This matters for rates near 1: in float32
    /// 1 - 0.999 has a relative error of 1e-5, and so do Adam's first updates.
    /// </summary>
    private protected static double Power(double rate, long step, Weight weight) =>
        weight.Value.dtype == ScalarType.Float64 ? Math.Pow(rate, step) : MathF.Pow((float)rate, step);

    private void UpdateAll(IReadOnlyList<Weight> weights, IReadOnlyList<Tensor> gradients)
    {
        double learningRate = LearningRate;
        gradients = [.. gradients.Select((gradient, i) => gradient.to(weights[i].Value.dtype))];
        Tensor? globalScale = _clipping.GlobalScale(gradients);
        BeginUpdate();
        for (int i = 0; i < weights.Count; i++)
        {
            // One scope per weight, so that the temporaries of all weights never exist at the same time.
            using var scope = torch.NewDisposeScope();
            Tensor value = weights[i].Value;
            Tensor gradient = _clipping.Clip(gradients[i], globalScale);
            // Not mul_(1 - decay): in float32 that factor is so close to 1 that rounding it would change a small decay.
            if (WeightDecay is { } decay && Decays(weights[i]))
                value.AddInPlace(value, scale: -decay * learningRate);
            Update(weights[i], gradient, learningRate);
        }
    }

    private void Accumulate(IReadOnlyList<Weight> weights, IReadOnlyList<Tensor> gradients, int steps)
    {
        Tensor[] sums = [.. weights.Select(weight => Slot(weight, AccumulatorSlot))];
        for (int i = 0; i < sums.Length; i++)
            sums[i].AddInPlace(gradients[i]);
        if ((_steps + 1) % steps != 0)
            return;

        foreach (Tensor sum in sums)
            sum.DivideInPlace(steps);
        UpdateAll(weights, sums);
        foreach (Weight weight in SlotOwners)
            Slot(weight, AccumulatorSlot).zero_();
    }

    // Slots and averages stay as they are.
    private static void Constrain(IReadOnlyList<Weight> weights)
    {
        foreach (Weight weight in weights.Where(weight => weight.Constraint is not null))
        {
            using var scope = torch.NewDisposeScope();
            weight.Value.copy_(weight.Constraint!(weight.Value));
        }
    }

    private void UpdateAverages()
    {
        // As in Keras, the average starts with the values of the first update, and every step counts, including those between two accumulated updates.
        double momentum = Iterations == 0 ? 0 : EmaMomentum;
        bool overwrite = EmaOverwriteFrequency is { } frequency && (Iterations + 1) % frequency == 0;
        foreach (Weight weight in SlotOwners)
        {
            Tensor average = Slot(weight, AverageSlot).MultiplyInPlace(momentum).AddInPlace(weight.Value, scale: 1 - momentum);
            if (overwrite)
                weight.Value.copy_(average);
        }
    }

    private bool Decays(Weight weight) => !ExcludeFromWeightDecay.Any(part => weight.Name.Contains(part, StringComparison.Ordinal));

    private int? AtLeast(int minimum, int? value, string argument) =>
        value is null ? null : Require.AtLeast(minimum, value.Value, this, argument);
}
