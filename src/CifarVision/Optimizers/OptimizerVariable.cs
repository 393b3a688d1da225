using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>One variable of an optimizer's state: how to read and write it.</summary>
/// <param name="Path">Keras' path: <c>adam/dense_kernel_momentum</c>.</param>
/// <param name="Shape">The axes; empty for a number.</param>
/// <param name="Read">Returns a copy.</param>
/// <param name="Write">Sets the value from an array whose shape was checked.</param>
/// <param name="Of">The weight it belongs to; null for a number.</param>
/// <param name="Slot">Returns the tensor itself; null for a number.</param>
internal sealed record OptimizerVariable(string Path, long[] Shape, Func<NDArray> Read, Action<NDArray> Write, Weight? Of = null, Func<Tensor>? Slot = null)
{
    /// <summary>The number of values.</summary>
    public long Count => Shape.Aggregate(1L, (product, axis) => product * axis);
}
