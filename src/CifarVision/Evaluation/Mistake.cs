using CifarVision.Datasets;

namespace CifarVision.Evaluation;

/// <summary>A sample whose class was predicted wrongly.</summary>
/// <param name="Row">The row in the data, from 0.</param>
/// <param name="TrueClass">The index of its class.</param>
/// <param name="PredictedClass">The index of the predicted class.</param>
/// <param name="Probability">The probability of the predicted class, 0 to 1.</param>
/// <param name="TrueProbability">The probability of its class, 0 to 1.</param>
public sealed record Mistake(int Row, int TrueClass, int PredictedClass, double Probability, double TrueProbability)
{
    /// <summary>
    /// Returns the mistakes of which a model was most certain: often wrong labels, or images that are unlike those of training. <see cref="ImageDataset.Take(IEnumerable{int})"/>
    /// returns their images.
    /// </summary>
    /// <param name="yTrue">The labels: integers (N) or (N, 1), or one-hot rows (N, classes).</param>
    /// <param name="yPred">The probabilities from Predict: (N, classes), or (N, 1) or (N) of class 1 for a sigmoid.</param>
    /// <param name="count">The largest number of mistakes, at least 1. Default 16.</param>
    /// <returns>The mistakes, the most certain first, of equal ones in the order of the data; empty if there are none.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, there are no samples, or a value is no probability.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not one of the classes, or the count is less than 1.</exception>
    public static IReadOnlyList<Mistake> MostCertain(NDArray yTrue, NDArray yPred, int count = 16)
    {
        if (count < 1)
            throw new ArgumentOutOfRangeException(nameof(count), FormattableString.Invariant($"Mistake: count must be at least 1, but was {count}."));
        ClassPredictions predictions = ClassPredictions.Read(yTrue, yPred, nameof(Mistake));
        return [.. Enumerable.Range(0, predictions.Count)
            .Select(row => Of(predictions, row))
            .Where(one => one.PredictedClass != one.TrueClass)
            .OrderByDescending(one => one.Probability)
            .Take(count)];
    }

    private static Mistake Of(ClassPredictions predictions, int row)
    {
        int predicted = predictions.Predicted(row);
        return new Mistake(row, predictions.Truth[row], predicted, predictions.Probability(row, predicted), predictions.Probability(row, predictions.Truth[row]));
    }
}
