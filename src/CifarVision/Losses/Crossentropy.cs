using System.Globalization;
using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Losses;

/// <summary>Shared code of the crossentropies.</summary>
internal static class Crossentropy
{
    /// <summary>The smallest distance of a probability from 0 and 1 (Keras: <c>keras.backend.epsilon()</c>).</summary>
    public const double Epsilon = 1e-7;

    /// <summary>Computes the log probabilities of classes, along the last axis.</summary>
    /// <param name="yPred">(N, ..., classes).</param>
    /// <param name="fromLogits">Whether the input is logits; otherwise probabilities are normalized and clipped, with no gradient where clipped.</param>
    /// <param name="owner">The class, for the message.</param>
    /// <exception cref="ArgumentException">There are fewer than two classes.</exception>
    public static Tensor LogProbabilities(Tensor yPred, bool fromLogits, string owner)
    {
        if (!fromLogits)
            return Probabilities(yPred, owner).log();
        RequireClasses(yPred, owner);
        return F.log_softmax(yPred, -1);
    }

    /// <summary>Normalizes and clips the probabilities of classes, along the last axis; there is no gradient where they are clipped.</summary>
    /// <param name="yPred">(N, ..., classes).</param>
    /// <param name="owner">The class, for the message.</param>
    /// <exception cref="ArgumentException">There are fewer than two classes.</exception>
    public static Tensor Probabilities(Tensor yPred, string owner)
    {
        RequireClasses(yPred, owner);
        return (yPred / yPred.sum(-1, keepdim: true)).Clamp(Epsilon, 1 - Epsilon);
    }

    /// <summary>Checks label smoothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Label smoothing is outside [0, 1].</exception>
    public static double RequireSmoothing(double labelSmoothing, string owner)
    {
        if (labelSmoothing is >= 0 and <= 1)
            return labelSmoothing;
        throw new ArgumentOutOfRangeException(
            nameof(labelSmoothing), string.Create(CultureInfo.InvariantCulture, $"{owner}: labelSmoothing must be from 0 to 1, but was {labelSmoothing}."));
    }

    private static void RequireClasses(Tensor yPred, string owner)
    {
        if (yPred.dim() < 2 || yPred.shape[^1] < 2)
        {
            throw new ArgumentException(
                $"{owner}: yPred must have the shape (N, classes) with at least 2 classes, but was {TensorShape.Format(yPred.shape)}. For one output unit use BinaryCrossentropy.",
                nameof(yPred));
        }
    }
}
