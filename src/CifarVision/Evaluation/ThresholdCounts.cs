namespace CifarVision.Evaluation;

/// <summary>How many samples are predicted as positive at each threshold, from the highest to the lowest.</summary>
/// <param name="Thresholds">The different scores, descending. A sample is predicted as positive if its score is at least the threshold.</param>
/// <param name="TruePositives">The positive samples among those predicted as positive.</param>
/// <param name="FalsePositives">The negative samples among those predicted as positive.</param>
internal sealed record ThresholdCounts(double[] Thresholds, int[] TruePositives, int[] FalsePositives)
{
    /// <summary>The number of positive samples.</summary>
    public int Positives => TruePositives[^1];

    /// <summary>The number of negative samples.</summary>
    public int Negatives => FalsePositives[^1];

    /// <summary>Counts the samples.</summary>
    /// <param name="scores">The score of each sample, at least one.</param>
    /// <param name="isPositive">Whether each sample is positive.</param>
    public static ThresholdCounts Create(double[] scores, bool[] isPositive)
    {
        Array.Sort(scores, isPositive);
        List<double> thresholds = [];
        List<int> truePositives = [];
        List<int> falsePositives = [];
        (int positives, int negatives) = (0, 0);
        for (int i = scores.Length - 1; i >= 0; i--)
        {
            if (isPositive[i])
                positives++;
            else
                negatives++;

            // Samples of the same score cannot be separated.
            if (i > 0 && scores[i - 1] == scores[i])
                continue;
            thresholds.Add(scores[i]);
            truePositives.Add(positives);
            falsePositives.Add(negatives);
        }

        return new ThresholdCounts([.. thresholds], [.. truePositives], [.. falsePositives]);
    }
}
