using CifarVision.Evaluation;

namespace CifarVision.Tests.Evaluation;

public class PairwiseSumTests
{
    // Eight sums side by side, whatever the length.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(1000)]
    public void Of_Integers_IsTheirSum(int count) =>
        Assert.Equal(count * (count - 1.0) / 2, PairwiseSum.Of([.. Enumerable.Range(0, count).Select(i => (double)i)]));

    // One after the other, 10,000 tenths err by 1.6e-10.
    [Fact]
    public void Of_ManyTenths_ErrsByTheLogarithmOfTheirNumber() => Assert.Equal(1000, PairwiseSum.Of([.. Enumerable.Repeat(0.1, 10_000)]), 1e-12);
}
