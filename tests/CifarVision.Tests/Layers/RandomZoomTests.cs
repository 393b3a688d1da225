using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class RandomZoomTests
{
    [Theory]
    [InlineData(FillMode.Constant, Interpolation.Bilinear)]
    [InlineData(FillMode.Constant, Interpolation.Nearest)]
    [InlineData(FillMode.Reflect, Interpolation.Bilinear)]
    public void Contract_Holds(FillMode fillMode, Interpolation interpolation) =>
        LayerContract.Check(() => new RandomZoom(0.4, (-0.6, 0.3), fillMode, interpolation, seed: 3, fillValue: 0.5), (3, 4, 2));

    [Fact]
    public void Contract_SameFactorForBothAxes_Holds() => LayerContract.Check(() => new RandomZoom(0.4, seed: 3), (3, 4, 2));

    // The position that each output pixel shows is (i - 1.5) * (1 + factor) + 1.5.
    [Theory]
    [InlineData(FillMode.Constant, Interpolation.Bilinear, 0, new[] { 1.0, 2, 3, 4 })]
    [InlineData(FillMode.Constant, Interpolation.Bilinear, -0.5, new[] { 1.75, 2.25, 2.75, 3.25 })]
    [InlineData(FillMode.Constant, Interpolation.Nearest, -0.5, new[] { 2.0, 2, 3, 3 })]
    [InlineData(FillMode.Constant, Interpolation.Bilinear, 0.5, new[] { 7, 1.75, 3.25, 7.75 })]
    [InlineData(FillMode.Constant, Interpolation.Bilinear, 1, new[] { 9, 1.5, 3.5, 9 })]
    [InlineData(FillMode.Nearest, Interpolation.Bilinear, 1, new[] { 1, 1.5, 3.5, 4 })]
    [InlineData(FillMode.Reflect, Interpolation.Bilinear, 1, new[] { 1.5, 1.5, 3.5, 3.5 })]
    [InlineData(FillMode.Wrap, Interpolation.Bilinear, 1, new[] { 3.5, 1.5, 3.5, 1.5 })]
    [InlineData(FillMode.Constant, Interpolation.Nearest, 0.5, new[] { 9.0, 2, 3, 9 })]
    public void Forward_KnownZoom_IsThatByHand(FillMode fillMode, Interpolation interpolation, double factor, double[] expected)
    {
        float[] line = [1, 2, 3, 4];
        var across = new RandomZoom(0, (factor, factor), fillMode, interpolation, fillValue: 9);
        var down = new RandomZoom((factor, factor), 0, fillMode, interpolation, fillValue: 9);

        Near.Absolute(np.array(expected).reshape(1, 1, 4, 1), across.Call(np.array(line).reshape(1, 1, 4, 1), training: true), 1e-5);
        Near.Absolute(np.array(expected).reshape(1, 4, 1, 1), down.Call(np.array(line).reshape(1, 4, 1, 1), training: true), 1e-5);
    }

    [Theory]
    [InlineData(FillMode.Constant)]
    [InlineData(FillMode.Nearest)]
    [InlineData(FillMode.Reflect)]
    [InlineData(FillMode.Wrap)]
    public void Forward_RandomZooms_AgreeWithNaiveLoops(FillMode fillMode)
    {
        float[,,,] x = NaiveImages.Different(16, 5, 8, 2);

        NDArray y = new RandomZoom((-0.9, 0.6), 0.5, fillMode, seed: 11, fillValue: 0.25).Call(np.array(x), training: true);

        var stream = new RandomStream(11, nameof(RandomZoom));
        var down = new float[16];
        var across = new float[16];
        stream.NextUniform(down, 1 - 0.9, 1 + 0.6);
        stream.NextUniform(across, 1 - 0.5, 1 + 0.5);
        var expected = new float[16, 5, 8, 2];
        foreach ((int n, int row, int column, int c) in NaiveImages.Places(expected))
        {
            expected[n, row, column, c] = (float)NaiveImages.Read(
                x, n, ((row - 2) * down[n]) + 2, ((column - 3.5) * across[n]) + 3.5, c, fillMode, 0.25, Interpolation.Bilinear);
        }

        Near.Absolute(np.array(expected), y, 2e-5);
    }

    [Fact]
    public void Forward_NoWidthFactor_ZoomsBothAxesAlike()
    {
        NDArray x = np.array(NaiveImages.Different(8, 6, 6, 1));
        NDArray transposed = np.transpose(x, [0, 2, 1, 3]);

        NDArray y = np.transpose(new RandomZoom(0.7, seed: 5).Call(transposed, training: true), [0, 2, 1, 3]);

        Near.Absolute(new RandomZoom(0.7, seed: 5).Call(x, training: true), y, 1e-6);
        Assert.False(np.array_equal(x, y));
    }

    [Fact]
    public void RandomLayerContract_Holds() => RandomLayerContract.Check(seed => new RandomZoom(0.5, seed: seed));

    [Fact]
    public void GetConfig_Settings_StandUnderKerasNames()
    {
        Assert.Equal(
            """{"name":"random_zoom","trainable":true,"dtype":"float32","data_format":"channels_last","height_factor":[-0.125,0.125],"width_factor":null,"fill_mode":"reflect","interpolation":"bilinear","seed":2,"fill_value":0}""",
            new RandomZoom(0.125, seed: 2).GetConfig().ToJsonString());
        Assert.Equal("[0,0.5]", new RandomZoom(0.125, (0, 0.5)).GetConfig()["width_factor"]!.ToJsonString());
    }

    [Fact]
    public void FromConfig_NumbersAsKerasWritesThem_AreRanges()
    {
        var layer = (RandomZoom)LayerFactory.FromConfig("RandomZoom", new() { ["height_factor"] = 0.1, ["width_factor"] = null });
        var other = (RandomZoom)LayerFactory.FromConfig("RandomZoom", new() { ["height_factor"] = new JsonArray(-0.3, -0.2), ["width_factor"] = 0.2 });

        Assert.Equal((0.1, null), (layer.HeightFactor, layer.WidthFactor));
        Assert.Equal((FillMode.Reflect, Interpolation.Bilinear, 0.0), (layer.FillMode, layer.Interpolation, layer.FillValue));
        Assert.Equal((new FactorRange(-0.3, -0.2), new FactorRange(-0.2, 0.2)), (other.HeightFactor, other.WidthFactor));
    }

    [Fact]
    public void Create_ImpossibleSettings_AreRejected()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new RandomZoom(1.5));
        Assert.StartsWith("RandomZoom: heightFactor must lie from -1 to 1, but was (-1.5, 1.5).", error.Message, StringComparison.Ordinal);
        Assert.Equal("widthFactor", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomZoom(0, (0, 2))).ParamName);
    }
}
