using CifarVision.Runtime;

namespace CifarVision.Tests.Runtime;

/// <summary>The distributions of <see cref="RandomStream"/>.</summary>
public class RandomStreamNumbersTests
{
    [Fact]
    public void NextUniform_ManyNumbers_HasTheMomentsOfTheDistribution()
    {
        float[] values = new float[200_000];
        new RandomStream(1, "uniform").NextUniform(values, -2, 4);

        Assert.InRange(values.Min(), -2, -1.999f);
        Assert.InRange(values.Max(), 3.999f, MathF.BitDecrement(4));
        // Deviations of the estimates: 1.732 / sqrt(n) = 0.0039 and about 0.006.
        Assert.Equal(1, Mean(values), 0.02);
        Assert.Equal(36 / 12.0, Variance(values), 0.03);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(-0.07, 0.07)]
    [InlineData(1000, 1000.001)]
    public void NextUniform_BoundThatRoundingReaches_IsNeverDrawn(double low, double high)
    {
        float[] values = new float[1 << 20];
        new RandomStream(2, "bound").NextUniform(values, low, high);

        Assert.True(values.Min() >= (float)low);
        Assert.True(values.Max() < (float)high);
    }

    [Fact]
    public void NextUniform_EqualBounds_GivesTheBound()
    {
        float[] values = new float[5];
        new RandomStream(2, "bound").NextUniform(values, 3, 3);

        Assert.All(values, value => Assert.Equal(3, value));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, double.PositiveInfinity)]
    [InlineData(double.NaN, 1)]
    public void NextUniform_BoundsOutOfOrder_Throws(double low, double high) =>
        Assert.Throws<ArgumentException>(() => new RandomStream(1, "a").NextUniform(new float[1], low, high));

    [Fact]
    public void NextNormal_ManyNumbers_HasTheMomentsOfTheDistribution()
    {
        float[] values = new float[200_001];
        new RandomStream(1, "normal").NextNormal(values, mean: 3, standardDeviation: 2);

        double mean = Mean(values);
        double deviation = Math.Sqrt(Variance(values));
        Assert.Equal(3, mean, 0.02);
        Assert.Equal(2, deviation, 0.015);
        Assert.Equal(0, values.Average(value => Math.Pow((value - mean) / deviation, 3)), 0.03);
        Assert.Equal(3, values.Average(value => Math.Pow((value - mean) / deviation, 4)), 0.06);
        Assert.Equal(0.6827, values.Count(value => Math.Abs(value - 3) < 2) / (double)values.Length, 0.006);
    }

    [Fact]
    public void NextNormal_NeighboursInAPair_AreUncorrelated()
    {
        float[] values = new float[200_000];
        new RandomStream(4, "normal").NextNormal(values);

        double correlation = values.Chunk(2).Average(pair => pair[0] * (double)pair[1]);

        Assert.InRange(correlation, -0.015, 0.015);
    }

    [Fact]
    public void NextTruncatedNormal_ManyNumbers_HasTheMomentsOfTheDistribution()
    {
        float[] values = new float[200_001];
        new RandomStream(1, "truncated").NextTruncatedNormal(values, mean: 1, standardDeviation: 0.5);

        Assert.InRange(values.Min(), 0, 0.01f);
        Assert.InRange(values.Max(), 1.99f, 2);
        Assert.Equal(1, Mean(values), 0.005);
        Assert.Equal(0.5 * 0.87962566103423978, Math.Sqrt(Variance(values)), 0.004);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(1025)]
    [InlineData(3000)]
    public void NextNumbers_AnyLength_FillsEveryPlaceWithAnother(int length)
    {
        float[] uniform = new float[length], normal = new float[length], truncated = new float[length];
        var random = new RandomStream(9, "length");

        random.NextUniform(uniform, 1, 2);
        random.NextNormal(normal);
        random.NextTruncatedNormal(truncated);

        Assert.DoesNotContain(0f, uniform.Concat(normal).Concat(truncated));
        Assert.InRange(normal.Distinct().Count(), length - 2, length);
        Assert.InRange(truncated.Distinct().Count(), length - 2, length);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void NextNormal_DeviationThatIsNone_Throws(double deviation)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1, "a").NextNormal(new float[1], 0, deviation));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1, "a").NextTruncatedNormal(new float[1], 0, deviation));
    }

    private static double Mean(float[] values) => values.Average(value => (double)value);

    private static double Variance(float[] values)
    {
        double mean = Mean(values);
        return values.Average(value => (value - mean) * (value - mean));
    }
}
