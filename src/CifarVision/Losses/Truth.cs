using CifarVision.Runtime;

namespace CifarVision.Losses;

/// <summary>Converts the truth to the form that losses and metrics compute with. Checks shapes and types, but not values.</summary>
internal static class Truth
{
    /// <summary>Returns one-hot rows or soft targets, in the shape and dtype of <paramref name="yPred"/>.</summary>
    /// <param name="yTrue">The truth.</param>
    /// <param name="yPred">The model's output, (N, ..., classes).</param>
    /// <param name="owner">The class, for the message.</param>
    /// <param name="forIntegers">The class to use for integer labels, for the message.</param>
    /// <exception cref="ArgumentException">The shape differs.</exception>
    public static Tensor OneHot(Tensor yTrue, Tensor yPred, string owner, string forIntegers)
    {
        if (SameShape(yTrue, yPred))
            return yTrue.to(yPred.dtype);
        string advice = HasShapeOfIntegers(yTrue, yPred)
            ? $"For integer labels use {forIntegers}, or make them one-hot with Labels.ToCategorical."
            : "The model's last layer must have a unit for each class.";
        throw WrongShape(yTrue, yPred, owner, advice);
    }

    /// <summary>Returns integer labels as int64, without a last axis of length 1: (N, ...) for an output (N, ..., classes).</summary>
    /// <param name="yTrue">The truth, (N, ...) or (N, ..., 1).</param>
    /// <param name="yPred">The model's output, (N, ..., classes).</param>
    /// <param name="owner">The class, for the message.</param>
    /// <param name="forOneHot">The class to use for one-hot rows, for the message.</param>
    /// <exception cref="ArgumentException">The shape differs, or the type is not an integer type.</exception>
    public static Tensor Integers(Tensor yTrue, Tensor yPred, string owner, string forOneHot)
    {
        if (!HasShapeOfIntegers(yTrue, yPred))
        {
            throw new ArgumentException(
                $"{owner}: yTrue must be integer labels of shape {TensorShape.Format(yPred.shape.AsSpan()[..^1])}, but was {TensorShape.Format(yTrue.shape)}. For one-hot rows use {forOneHot}.",
                nameof(yTrue));
        }

        if (torch.is_floating_point(yTrue))
            throw new ArgumentException($"{owner}: yTrue must be labels of an integer type, but was {yTrue.dtype}. Convert them to int64.", nameof(yTrue));
        Tensor labels = yTrue.dim() == yPred.dim() ? yTrue.squeeze(-1) : yTrue;
        return labels.to(ScalarType.Int64);
    }

    /// <summary>Returns one target per output, in the shape and dtype of <paramref name="yPred"/>. A last axis of length 1 may be missing in either: (N) and (N, 1), or (N, H, W) and (N, H, W, 1).</summary>
    /// <exception cref="ArgumentException">The shape differs otherwise; broadcasting (N) against (N, 1) would make it (N, N).</exception>
    public static Tensor Elementwise(Tensor yTrue, Tensor yPred, string owner)
    {
        if (SameShape(yTrue, yPred))
            return yTrue.to(yPred.dtype);
        if (!HasOneMoreAxis(yTrue.shape, yPred.shape) && !HasOneMoreAxis(yPred.shape, yTrue.shape))
            throw WrongShape(yTrue, yPred, owner, "There must be a target for each output; make integer labels one-hot with Labels.ToCategorical.");
        return yTrue.to(yPred.dtype).reshape(yPred.shape);
    }

    /// <summary>Whether the truth has the shape of the output, as one-hot rows do.</summary>
    public static bool SameShape(Tensor yTrue, Tensor yPred) => yTrue.shape.AsSpan().SequenceEqual(yPred.shape);

    private static bool HasShapeOfIntegers(Tensor yTrue, Tensor yPred)
    {
        ReadOnlySpan<long> samples = yPred.shape.AsSpan()[..^1];
        return yTrue.shape.AsSpan().SequenceEqual(samples) || HasOneMoreAxis(yTrue.shape, samples);
    }

    private static bool HasOneMoreAxis(ReadOnlySpan<long> shape, ReadOnlySpan<long> other) => shape is [.. var first, 1] && first.SequenceEqual(other);

    private static ArgumentException WrongShape(Tensor yTrue, Tensor yPred, string owner, string advice) => new(
        $"{owner}: the shape of yTrue must be that of yPred, {TensorShape.Format(yPred.shape)}, but was {TensorShape.Format(yTrue.shape)}. {advice}", nameof(yTrue));
}
