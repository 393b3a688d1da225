using CifarVision.Plotting.Lines;

namespace CifarVision.Tests.Plotting.Lines;

public sealed class SmoothingTests
{
    [Fact]
    public void Apply_Zero_ChangesNothing() => Assert.Equal([3, double.NaN, -1, 7], Smoothing.Apply([3, double.NaN, -1, 7], 0));

    [Fact]
    public void Apply_Half_WeighsEachValueHalfAsMuchAsTheNext()
    {
        double[] expected = [4, ((4 * 0.5) + 1) / 1.5, ((4 * 0.25) + (1 * 0.5) + 6) / 1.75];
        Assert.Equal(expected, Smoothing.Apply([4, 1, 6], 0.5), (one, other) => Math.Abs(one - other) < 1e-12);
    }

    [Fact]
    public void Apply_AConstant_KeepsIt() => Assert.All(Smoothing.Apply([5, 5, 5, 5], 0.99), value => Assert.Equal(5, value, 1e-12));

    [Fact]
    public void Apply_ValuesThatAreNotFinite_StayAndCountInNoMean()
    {
        double[] smooth = Smoothing.Apply([double.NaN, 4, double.PositiveInfinity, 1], 0.5);
        Assert.Equal([double.NaN, 4, double.PositiveInfinity, 2], smooth);
    }
}
