using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>What the layers that combine several inputs elementwise share: shapes that broadcast, as in NumPy, and the walk over the inputs.</summary>
public abstract class Merge : Layer
{
    private protected Merge(string? name)
        : base(name)
    {
    }

    internal override bool TakesList => true;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

    /// <inheritdoc/>
    protected internal override IReadOnlyList<TensorShape> ComputeOutputShape(IReadOnlyList<TensorShape> inputShapes) => [inputShapes.Aggregate(Broadcast)];

    /// <inheritdoc/>
    protected override void BuildCore(IReadOnlyList<TensorShape> inputShapes)
    {
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => Combine([x]);

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> ForwardCore(IReadOnlyList<Tensor> inputs, bool training) => [Combine(inputs)];

    /// <summary>Combines the inputs, at least one.</summary>
    private protected abstract Tensor Combine(IReadOnlyList<Tensor> inputs);

    private TensorShape Broadcast(TensorShape left, TensorShape right)
    {
        var dims = new long[Math.Max(left.Rank, right.Rank)];
        for (int fromEnd = 1; fromEnd <= dims.Length; fromEnd++)
        {
            long a = fromEnd <= left.Rank ? left[^fromEnd] : 1;
            long b = fromEnd <= right.Rank ? right[^fromEnd] : 1;
            if (a != b && a != 1 && b != 1)
                throw new ArgumentException($"{GetType().Name}: '{Name}' must be given inputs of shapes that broadcast, but was given {left} and {right}.");
            dims[^fromEnd] = Math.Max(a, b);
        }

        return dims;
    }
}
