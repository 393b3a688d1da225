using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class ResizingTests
{
    [Theory]
    [InlineData(Interpolation.Bilinear, false, false)]
    [InlineData(Interpolation.Nearest, false, false)]
    [InlineData(Interpolation.Bilinear, true, false)]
    [InlineData(Interpolation.Bilinear, false, true)]
    public void Contract_Holds(Interpolation interpolation, bool crop, bool pad) =>
        LayerContract.Check(() => new Resizing(3, 4, interpolation, crop, pad, fillValue: 0.5), (2, 5, 2));

    [Theory]
    [InlineData(Interpolation.Bilinear, new float[] { 0, 1 }, new[] { 0, 0.25, 0.75, 1 })]
    [InlineData(Interpolation.Nearest, new float[] { 0, 1 }, new[] { 0.0, 0, 1, 1 })]
    [InlineData(Interpolation.Bilinear, new float[] { 1, 2, 3, 4 }, new[] { 1.5, 3.5 })]
    [InlineData(Interpolation.Nearest, new float[] { 1, 2, 3, 4 }, new[] { 2.0, 4 })]
    [InlineData(Interpolation.Nearest, new float[] { 1, 2, 3 }, new[] { 1.0, 3 })]
    [InlineData(Interpolation.Bilinear, new float[] { 1, 2, 3 }, new[] { 2.0 })]
    [InlineData(Interpolation.Bilinear, new float[] { 5 }, new[] { 5.0, 5, 5 })]
    [InlineData(Interpolation.Bilinear, new float[] { 1, 2, 3 }, new[] { 1.0, 2, 3 })]
    public void Call_OneLine_IsThatByHand(Interpolation interpolation, float[] line, double[] expected)
    {
        NDArray across = new Resizing(1, expected.Length, interpolation).Call(np.array(line).reshape(1, 1, line.Length, 1));
        NDArray down = new Resizing(expected.Length, 1, interpolation).Call(np.array(line).reshape(1, line.Length, 1, 1));

        Near.Absolute(np.array(expected).reshape(1, 1, expected.Length, 1), across, 1e-6);
        Near.Absolute(np.array(expected).reshape(1, expected.Length, 1, 1), down, 1e-6);
    }

    [Theory]
    [InlineData(2, new float[] { 1, 2, 3, 4, 5, 6, 7, 8 }, new[] { 2.0, 3, 6, 7 })]
    [InlineData(1, new float[] { 1, 2, 3, 4, 5 }, new[] { 3.0 })]
    [InlineData(1, new float[] { 1, 2, 3, 4 }, new[] { 2.0 })]
    public void Call_CropToAspectRatio_TakesTheMiddle(int side, float[] image, double[] expected)
    {
        var layer = new Resizing(side, side, cropToAspectRatio: true);

        Near.Absolute(np.array(expected).reshape(1, side, side, 1), layer.Call(np.array(image).reshape(1, side, -1, 1)), 0);
    }

    [Fact]
    public void Call_PadToAspectRatio_FillsBothSides()
    {
        var layer = new Resizing(4, 4, padToAspectRatio: true, fillValue: 9);
        NDArray x = np.array(new float[] { 1, 2, 3, 4, 5, 6, 7, 8 });

        Near.Absolute(np.array(new float[] { 9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9 }).reshape(1, 4, 4, 1), layer.Call(x.reshape(1, 2, 4, 1)), 0);
        Near.Absolute(np.array(new float[] { 9, 1, 2, 9, 9, 3, 4, 9, 9, 5, 6, 9, 9, 7, 8, 9 }).reshape(1, 4, 4, 1), layer.Call(x.reshape(1, 4, 2, 1)), 0);
    }

    [Fact]
    public void Call_ImagesOfSeveralSizes_TakesThemAll()
    {
        var layer = new Resizing(4, 6);

        foreach ((int height, int width) in new[] { (4, 6), (9, 3), (1, 40), (32, 32) })
        {
            NDArray y = layer.Call(np.full(new Shape(2, height, width, 3), 0.25f), training: height > 4);
            Near.Absolute(np.full(new Shape(2, 4, 6, 3), 0.25f), y, 1e-7);
        }
    }

    [Fact]
    public void GetConfig_Settings_StandUnderKerasNames() => Assert.Equal(
        """{"name":"resizing","trainable":true,"dtype":"float32","data_format":"channels_last","height":4,"width":6,"interpolation":"nearest","crop_to_aspect_ratio":false,"pad_to_aspect_ratio":true,"fill_mode":"constant","fill_value":0.5}""",
        new Resizing(4, 6, Interpolation.Nearest, padToAspectRatio: true, fillValue: 0.5).GetConfig().ToJsonString());

    [Fact]
    public void FromConfig_SettingsThatAreNotOffered_AreErrorsThatNameThem()
    {
        Assert.Equal(
            "Resizing 'a': interpolation must be one of Nearest, Bilinear, but was \"bicubic\".",
            Assert.Throws<InvalidDataException>(() => LayerFactory.FromConfig("Resizing", new() { ["name"] = "a", ["height"] = 4, ["width"] = 6, ["interpolation"] = "bicubic" })).Message);
        Assert.Equal(
            "Resizing 'a': antialias is supported only as false, but was true.",
            Assert.Throws<InvalidDataException>(() => LayerFactory.FromConfig("Resizing", new() { ["name"] = "a", ["height"] = 4, ["width"] = 6, ["antialias"] = true })).Message);
    }

    [Fact]
    public void Create_ImpossibleSettings_AreRejected()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Resizing(0, 4));
        Assert.StartsWith("Resizing: height must be at least 1, but was 0.", error.Message, StringComparison.Ordinal);
        Assert.Equal("width", Assert.Throws<ArgumentOutOfRangeException>(() => new Resizing(4, -1)).ParamName);
        Assert.Equal("interpolation", Assert.Throws<ArgumentOutOfRangeException>(() => new Resizing(4, 4, (Interpolation)7)).ParamName);
        Assert.Equal("fillValue", Assert.Throws<ArgumentOutOfRangeException>(() => new Resizing(4, 4, fillValue: double.NaN)).ParamName);
        Assert.StartsWith(
            "Resizing: cropToAspectRatio and padToAspectRatio must not both be true, but were. Choose one.",
            Assert.Throws<ArgumentException>(() => new Resizing(4, 4, cropToAspectRatio: true, padToAspectRatio: true)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Build_Features_IsRejected()
    {
        var error = Assert.Throws<ArgumentException>(() => new Resizing(4, 4).Build(10));
        Assert.StartsWith("Resizing: expected input of rank 4 (batch, height, width, channels), but was (None, 10).", error.Message, StringComparison.Ordinal);
    }
}
