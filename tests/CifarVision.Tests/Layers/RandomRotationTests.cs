using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class RandomRotationTests
{
    [Theory]
    [InlineData(FillMode.Constant, Interpolation.Bilinear)]
    [InlineData(FillMode.Constant, Interpolation.Nearest)]
    [InlineData(FillMode.Nearest, Interpolation.Bilinear)]
    [InlineData(FillMode.Reflect, Interpolation.Bilinear)]
    [InlineData(FillMode.Wrap, Interpolation.Bilinear)]
    public void Contract_Holds(FillMode fillMode, Interpolation interpolation) =>
        LayerContract.Check(() => new RandomRotation(0.3, fillMode, interpolation, seed: 3, fillValue: 0.5), (3, 4, 2));

    [Theory]
    [InlineData(0, new float[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    [InlineData(0.25, new float[] { 3, 6, 9, 2, 5, 8, 1, 4, 7 })]
    [InlineData(0.5, new float[] { 9, 8, 7, 6, 5, 4, 3, 2, 1 })]
    [InlineData(-0.25, new float[] { 7, 4, 1, 8, 5, 2, 9, 6, 3 })]
    public void Forward_QuarterTurns_AreThoseByHand(double factor, float[] expected)
    {
        NDArray x = np.arange(1, 10).astype(np.float32).reshape(1, 3, 3, 1);

        var nearest = new RandomRotation((factor, factor), FillMode.Constant, Interpolation.Nearest);
        var bilinear = new RandomRotation((factor, factor), FillMode.Constant);

        Near.Absolute(np.array(expected).reshape(1, 3, 3, 1), nearest.Call(x, training: true), 0);
        Near.Absolute(np.array(expected).reshape(1, 3, 3, 1), bilinear.Call(x, training: true), 1e-5);
    }

    [Theory]
    [InlineData(FillMode.Constant)]
    [InlineData(FillMode.Nearest)]
    [InlineData(FillMode.Reflect)]
    [InlineData(FillMode.Wrap)]
    public void Forward_RandomAngles_AgreeWithNaiveLoops(FillMode fillMode)
    {
        float[,,,] x = NaiveImages.Different(16, 5, 8, 2);

        NDArray y = new RandomRotation((-0.4, 0.9), fillMode, seed: 11, fillValue: 0.25).Call(np.array(x), training: true);

        var turns = new float[16];
        new RandomStream(11, nameof(RandomRotation)).NextUniform(turns, -0.4, 0.9);
        var expected = new float[16, 5, 8, 2];
        foreach ((int n, int row, int column, int c) in NaiveImages.Places(expected))
        {
            // Keras: M = [cos -sin; sin cos] about ((W - 1) / 2, (H - 1) / 2), from output to input.
            (double sin, double cos) = Math.SinCos(2 * Math.PI * turns[n]);
            double across = column - 3.5;
            double down = row - 2;
            expected[n, row, column, c] = (float)NaiveImages.Read(
                x, n, (sin * across) + (cos * down) + 2, (cos * across) - (sin * down) + 3.5, c, fillMode, 0.25, Interpolation.Bilinear);
        }

        Near.Absolute(np.array(expected), y, 2e-5);
    }

    [Fact]
    public void RandomLayerContract_Holds() => RandomLayerContract.Check(seed => new RandomRotation(0.5, seed: seed));

    [Fact]
    public void GetConfig_Settings_StandUnderKerasNames() => Assert.Equal(
        """{"name":"random_rotation","trainable":true,"dtype":"float32","data_format":"channels_last","factor":[-0.125,0.125],"fill_mode":"reflect","interpolation":"bilinear","seed":2,"fill_value":0}""",
        new RandomRotation(0.125, seed: 2).GetConfig().ToJsonString());

    [Fact]
    public void Create_ImpossibleSettings_AreRejected()
    {
        Assert.Equal("factor", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomRotation(1.5)).ParamName);
        Assert.Equal("fillValue", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomRotation(0, fillValue: double.NaN)).ParamName);
    }
}
