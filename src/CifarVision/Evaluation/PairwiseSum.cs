namespace CifarVision.Evaluation;

/// <summary>Adds numbers in the order of numpy's <c>sum</c>, so that the result is the same to the last bit.</summary>
internal static class PairwiseSum
{
    private const int Lanes = 8;
    private const int Block = 128;

    /// <summary>Returns the sum.</summary>
    public static double Of(ReadOnlySpan<double> values)
    {
        if (values.Length > Block)
        {
            int half = values.Length / 2;
            half -= half % Lanes;
            return Of(values[..half]) + Of(values[half..]);
        }

        double sum = 0;
        if (values.Length >= Lanes)
        {
            Span<double> lanes = stackalloc double[Lanes];
            for (; values.Length >= Lanes; values = values[Lanes..])
            {
                for (int i = 0; i < Lanes; i++)
                    lanes[i] += values[i];
            }

            sum = lanes[0] + lanes[1] + (lanes[2] + lanes[3]) + (lanes[4] + lanes[5] + (lanes[6] + lanes[7]));
        }

        foreach (double value in values)
            sum += value;
        return sum;
    }
}
