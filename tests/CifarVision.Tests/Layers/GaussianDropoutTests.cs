using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class GaussianDropoutTests
{
    [Theory]
    [InlineData(0.3)]
    [InlineData(0)]
    [InlineData(0.9)]
    public void Contract_Holds(double rate) => LayerContract.Check(() => new GaussianDropout(rate, seed: 3), (3, 5));

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void Forward_Training_MultipliesByFactorsOfMeanOne(double rate)
    {
        // 200,000 numbers: mean and deviation to four standard errors.
        NDArray noise = new GaussianDropout(rate, seed: 1).Call(np.ones(new Shape(200, 1000), np.float32), training: true);

        Moments.Of(noise).AssertNear(1, Math.Sqrt(rate / (1 - rate)));
        // Of a normal distribution, 4.55 % is beyond two deviations, and the standard error of this fraction is 0.0005.
        Assert.Equal(0.0455, Near.Doubles(noise).Count(value => Math.Abs(value - 1) > 2 * Math.Sqrt(rate / (1 - rate))) / 200_000.0, 0.002);
    }

    [Fact]
    public void Forward_Training_MultipliesAnyInputByTheSame()
    {
        NDArray once = new GaussianDropout(0.5, seed: 9).Call(np.ones(new Shape(4, 50), np.float32), training: true);

        Near.Absolute(once * -2, new GaussianDropout(0.5, seed: 9).Call(np.ones(new Shape(4, 50), np.float32) * -2, training: true), 0);
    }

    [Fact]
    public void RandomLayerContract_Holds() => RandomLayerContract.Check(seed => new GaussianDropout(0.5, seed));

    [Fact]
    public void Forward_ZeroInTraining_ChangesNothing()
    {
        NDArray x = np.array(new float[,] { { 1, -2, 3 } });

        Near.Absolute(x, new GaussianDropout(0).Call(x, training: true), 0);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Create_RateOutOfRange_IsRejected(double rate) => Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianDropout(rate));
}
