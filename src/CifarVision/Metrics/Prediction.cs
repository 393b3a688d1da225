using CifarVision.Losses;
using CifarVision.Runtime;

namespace CifarVision.Metrics;

/// <summary>Converts a model's output and the truth to class indices.</summary>
internal static class Prediction
{
    /// <summary>Returns the class of the largest output, of equal outputs the lowest: (N, ..., classes) -> (N, ...), int64.</summary>
    /// <exception cref="ArgumentException">There is no axis of classes.</exception>
    public static Tensor Classes(Tensor yPred, string owner)
    {
        RequireClasses(yPred, owner);
        return yPred.argmax(-1);
    }

    /// <summary>Returns the true classes from one-hot rows or integer labels, depending on the shape: (N, ...), int64.</summary>
    /// <exception cref="ArgumentException">The shape is that of neither.</exception>
    public static Tensor TrueClasses(Tensor yTrue, Tensor yPred, string owner) => Truth.SameShape(yTrue, yPred)
        ? yTrue.argmax(-1)
        : Truth.Integers(yTrue, yPred, owner, $"the shape {TensorShape.Format(yPred.shape)}");

    /// <summary>Checks that the output has an axis of classes.</summary>
    /// <exception cref="ArgumentException">The output has no such axis.</exception>
    public static void RequireClasses(Tensor yPred, string owner)
    {
        if (yPred.dim() < 2)
            throw new ArgumentException($"{owner}: yPred must have the shape (N, classes), but was {TensorShape.Format(yPred.shape)}.", nameof(yPred));
    }
}
