using CifarVision.Losses;
using CifarVision.Runtime;

namespace CifarVision.Metrics;

/// <summary>What a model's output says, and what should have been said, as class numbers.</summary>
internal static class Prediction
{
    /// <summary>The class of the largest output, the lowest of equals: (N, ..., classes) -> (N, ...), int64.</summary>
    /// <exception cref="ArgumentException">There is no axis of classes.</exception>
    public static Tensor Classes(Tensor yPred, string owner)
    {
        RequireClasses(yPred, owner);
        return yPred.argmax(-1);
    }

    /// <summary>The true classes from one-hot rows or integer labels, whichever the shape says: -> (N, ...), int64.</summary>
    /// <exception cref="ArgumentException">The shape is neither.</exception>
    public static Tensor TrueClasses(Tensor yTrue, Tensor yPred, string owner) => Truth.SameShape(yTrue, yPred)
        ? yTrue.argmax(-1)
        : Truth.Integers(yTrue, yPred, owner, $"the shape {TensorShape.Format(yPred.shape)}");

    /// <summary>Checks at the border that the output has classes.</summary>
    /// <exception cref="ArgumentException">It has not.</exception>
    public static void RequireClasses(Tensor yPred, string owner)
    {
        if (yPred.dim() < 2)
            throw new ArgumentException($"{owner}: yPred must have the shape (N, classes), but was {TensorShape.Format(yPred.shape)}.", nameof(yPred));
    }
}
