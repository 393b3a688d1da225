using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class GaussianNoiseTests
{
    [Theory]
    [InlineData(0.3)]
    [InlineData(0)]
    [InlineData(1)]
    public void Contract_Holds(double stddev) => LayerContract.Check(() => new GaussianNoise(stddev, seed: 3), (3, 5));

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    public void Forward_Training_AddsNoiseOfMeanZero(double stddev)
    {
        // 200,000 numbers: mean and deviation to four standard errors.
        NDArray noise = new GaussianNoise(stddev, seed: 1).Call(np.ones(new Shape(200, 1000), np.float32), training: true);

        Moments.Of(noise).AssertNear(1, stddev);
        // Of a normal distribution, 4.55 % is beyond two deviations, and the standard error of this fraction is 0.0005.
        Assert.Equal(0.0455, Near.Doubles(noise).Count(value => Math.Abs(value - 1) > 2 * stddev) / 200_000.0, 0.002);
    }

    [Fact]
    public void Forward_Training_AddsTheSameToAnyInput()
    {
        NDArray once = new GaussianNoise(0.5, seed: 9).Call(np.zeros(new Shape(4, 50), np.float32), training: true);

        Near.Absolute(once + 3, new GaussianNoise(0.5, seed: 9).Call(np.ones(new Shape(4, 50), np.float32) * 3, training: true), 1e-6);
    }

    [Fact]
    public void RandomLayerContract_Holds() => RandomLayerContract.Check(seed => new GaussianNoise(0.5, seed));

    [Fact]
    public void Forward_ZeroInTraining_ChangesNothing()
    {
        NDArray x = np.array(new float[,] { { 1, -2, 3 } });

        Near.Absolute(x, new GaussianNoise(0).Call(x, training: true), 0);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Create_StddevOutOfRange_IsRejected(double stddev) => Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianNoise(stddev));
}
