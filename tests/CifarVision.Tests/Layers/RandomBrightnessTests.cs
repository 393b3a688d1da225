using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class RandomBrightnessTests
{
    [Fact]
    public void Contract_Holds() => LayerContract.Check(() => new RandomBrightness(0.3, (-2, 2), seed: 4), (3, 4, 2));

    [Fact]
    public void Contract_ClippedValues_Holds() => LayerContract.Check(() => new RandomBrightness((0.25, 0.5), (-1, 1), seed: 4), (3, 4, 2));

    [Fact]
    public void Forward_ExampleOfKeras_AddsATenthOf255()
    {
        NDArray x = np.arange(1, 13).astype(np.float32).reshape(1, 2, 2, 3);

        Near.Absolute(x + 25.5f, new RandomBrightness((0.1, 0.1)).Call(x, training: true), 1e-5);
    }

    [Theory]
    [InlineData(0.25, 0, 1, new[] { 0.25, 0.75, 1, 1 })]
    [InlineData(-0.25, 0, 1, new[] { 0, 0.25, 0.65, 0.75 })]
    [InlineData(0.25, -1, 1, new[] { 0.5, 1, 1, 1 })]
    [InlineData(0.001953125, 0, 256, new[] { 0.5, 1, 1.4, 1.5 })]
    [InlineData(1, 0, 255, new double[] { 255, 255, 255, 255 })]
    [InlineData(-1, 0, 255, new double[] { 0, 0, 0, 0 })]
    public void Forward_KnownFactor_IsThatByHand(double factor, double low, double high, double[] expected)
    {
        NDArray x = np.array(new[] { 0, 0.5f, 0.9f, 1 }).reshape(1, 2, 2, 1);

        Near.Absolute(np.array(expected).reshape(1, 2, 2, 1), new RandomBrightness((factor, factor), (low, high)).Call(x, training: true), 1e-6);
    }

    [Fact]
    public void Forward_RandomFactors_ShiftAllValuesOfAnImage()
    {
        float[,,,] x = NaiveImages.Different(16, 3, 4, 3);

        NDArray y = new RandomBrightness((-0.2, 0.6), (0, 1), seed: 11).Call(np.array(x), training: true);

        var shifts = new float[16];
        new RandomStream(11, nameof(RandomBrightness)).NextUniform(shifts, -0.2, 0.6);
        var expected = new float[16, 3, 4, 3];
        foreach ((int n, int row, int column, int c) in NaiveImages.Places(expected))
            expected[n, row, column, c] = Math.Clamp(x[n, row, column, c] + shifts[n], 0, 1);
        Near.Absolute(np.array(expected), y, 1e-6);
        Assert.Equal(16, shifts.Distinct().Count());
    }

    [Fact]
    public void Forward_Inference_ChangesNothing()
    {
        NDArray x = np.array(NaiveImages.Different(4, 3, 3, 1)) * 1000f;

        Near.Absolute(x, new RandomBrightness(0.5, seed: 1).Call(x), 0);
    }

    [Fact]
    public void RandomLayerContract_Holds() => RandomLayerContract.Check(seed => new RandomBrightness(0.5, (-1, 2), seed));

    [Fact]
    public void GetConfig_Settings_StandUnderKerasNames() => Assert.Equal(
        """{"name":"random_brightness","trainable":true,"dtype":"float32","factor":[-0.25,0.25],"value_range":[0,255],"seed":null}""",
        new RandomBrightness(0.25).GetConfig().ToJsonString());

    [Fact]
    public void FromConfig_OneNumber_IsBothSides()
    {
        var layer = (RandomBrightness)LayerFactory.FromConfig("RandomBrightness", new() { ["factor"] = 0.2, ["value_range"] = null, ["seed"] = 3 });

        Assert.Equal((new FactorRange(-0.2, 0.2), (0.0, 255.0), 3L), (layer.Factor, layer.ValueRange, layer.Seed));
        Assert.Throws<InvalidDataException>(() => LayerFactory.FromConfig("RandomBrightness", []));
    }

    [Fact]
    public void Create_ImpossibleSettings_AreRejected()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new RandomBrightness((0, 1.5)));
        Assert.StartsWith("RandomBrightness: factor must lie from -1 to 1, but was (0, 1.5).", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentOutOfRangeException>(() => new RandomBrightness(0, (1, 0)));
        Assert.StartsWith("RandomBrightness: valueRange must be a least and a greater value, but was (1, 0).", error.Message, StringComparison.Ordinal);
    }
}
