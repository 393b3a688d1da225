using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>The base of the layers that make one tensor of several: <c>new Concatenate().Call(a, b)</c>.</summary>
public abstract class Merge : Layer
{
    private protected Merge(string? name)
        : base(name)
    {
    }

    internal override bool TakesList => true;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => MergeShapes([inputShape]);

    /// <inheritdoc/>
    protected internal override IReadOnlyList<TensorShape> ComputeOutputShape(IReadOnlyList<TensorShape> inputShapes) => [MergeShapes(inputShapes)];

    /// <inheritdoc/>
    protected override void BuildCore(IReadOnlyList<TensorShape> inputShapes)
    {
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => MergeTensors([x]);

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> ForwardCore(IReadOnlyList<Tensor> inputs, bool training) => [MergeTensors(inputs)];

    /// <summary>Computes the output shape.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    private protected abstract TensorShape MergeShapes(IReadOnlyList<TensorShape> shapes);

    /// <summary>Computes the output of inputs whose shapes <see cref="MergeShapes"/> accepted.</summary>
    private protected abstract Tensor MergeTensors(IReadOnlyList<Tensor> inputs);

    private protected void RequireTwo(IReadOnlyList<TensorShape> shapes)
    {
        if (shapes.Count != 2)
            throw new ArgumentException($"{GetType().Name}: '{Name}' must be given 2 inputs, but was given {shapes.Count}.");
    }
}
