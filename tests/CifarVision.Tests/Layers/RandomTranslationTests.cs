using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class RandomTranslationTests
{
    public static TheoryData<FillMode, Interpolation> Modes => new()
    {
        { FillMode.Constant, Interpolation.Bilinear },
        { FillMode.Constant, Interpolation.Nearest },
        { FillMode.Nearest, Interpolation.Bilinear },
        { FillMode.Nearest, Interpolation.Nearest },
        { FillMode.Reflect, Interpolation.Bilinear },
        { FillMode.Reflect, Interpolation.Nearest },
        { FillMode.Wrap, Interpolation.Bilinear },
        { FillMode.Wrap, Interpolation.Nearest },
    };

    [Theory]
    [MemberData(nameof(Modes))]
    public void Contract_Holds(FillMode fillMode, Interpolation interpolation) =>
        LayerContract.Check(() => new RandomTranslation(0.4, (-0.6, 0.3), fillMode, interpolation, seed: 3, fillValue: 0.5), (3, 4, 2));

    [Theory]
    [InlineData(FillMode.Constant, 0.25, new[] { 9.0, 1, 2, 3 })]
    [InlineData(FillMode.Nearest, 0.25, new[] { 1.0, 1, 2, 3 })]
    [InlineData(FillMode.Reflect, 0.25, new[] { 1.0, 1, 2, 3 })]
    [InlineData(FillMode.Wrap, 0.25, new[] { 4.0, 1, 2, 3 })]
    [InlineData(FillMode.Constant, -0.5, new[] { 3.0, 4, 9, 9 })]
    [InlineData(FillMode.Nearest, -0.5, new[] { 3.0, 4, 4, 4 })]
    [InlineData(FillMode.Reflect, -0.5, new[] { 3.0, 4, 4, 3 })]
    [InlineData(FillMode.Wrap, -0.5, new[] { 3.0, 4, 1, 2 })]
    [InlineData(FillMode.Constant, 0.125, new[] { 5, 1.5, 2.5, 3.5 })]
    [InlineData(FillMode.Wrap, 0.125, new[] { 2.5, 1.5, 2.5, 3.5 })]
    [InlineData(FillMode.Reflect, -1, new[] { 4.0, 3, 2, 1 })]
    public void Forward_KnownShift_IsThatByHand(FillMode fillMode, double factor, double[] expected)
    {
        float[] line = [1, 2, 3, 4];
        var across = new RandomTranslation(0, (factor, factor), fillMode, fillValue: 9);
        var down = new RandomTranslation((factor, factor), 0, fillMode, fillValue: 9);

        Near.Absolute(np.array(expected).reshape(1, 1, 4, 1), across.Call(np.array(line).reshape(1, 1, 4, 1), training: true), 1e-6);
        Near.Absolute(np.array(expected).reshape(1, 4, 1, 1), down.Call(np.array(line).reshape(1, 4, 1, 1), training: true), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Forward_RandomShifts_AgreeWithNaiveLoops(FillMode fillMode, Interpolation interpolation)
    {
        float[,,,] x = NaiveImages.Different(16, 5, 7, 2);
        var layer = new RandomTranslation((-1, 0.8), 0.9, fillMode, interpolation, seed: 11, fillValue: 0.25);

        NDArray y = layer.Call(np.array(x), training: true);

        var stream = new RandomStream(11, nameof(RandomTranslation));
        float[] down = Shifts(-1, 0.8, 5);
        float[] across = Shifts(-0.9, 0.9, 7);
        var expected = new float[16, 5, 7, 2];
        foreach ((int n, int row, int column, int c) in NaiveImages.Places(expected))
            expected[n, row, column, c] = (float)NaiveImages.Read(x, n, row - down[n], column - across[n], c, fillMode, 0.25, interpolation);
        Near.Absolute(np.array(expected), y, 2e-5);

        float[] Shifts(double lower, double upper, int length)
        {
            var shifts = new float[16];
            if (interpolation == Interpolation.Bilinear)
            {
                stream.NextUniform(shifts, lower * length, upper * length);
                return shifts;
            }

            stream.NextUniform(shifts, Math.Round(lower * length) - 0.5, Math.Round(upper * length) + 0.5);
            return Array.ConvertAll(shifts, shift => MathF.Floor(shift + 0.5f));
        }
    }

    [Fact]
    public void Forward_PadByFourAndCrop_EveryOffsetIsAsLikely()
    {
        const int count = 16_200;
        // One bright pixel in the middle of 9 by 9: where it went is how the image moved.
        NDArray x = np.zeros(new Shape(count, 9, 9, 1), np.float32);
        x[":, 4, 4, 0"] = 1f;

        float[] y = new RandomTranslation(4 / 9.0, 4 / 9.0, FillMode.Constant, Interpolation.Nearest, seed: 2).Call(x, training: true).ravel().ToArray<float>();

        var places = Enumerable.Range(0, count).CountBy(n => Array.IndexOf(y, 1f, 81 * n, 81) - (81 * n)).ToDictionary();
        Assert.Equal(81, places.Count);
        // 200 each; the deviation is 14, and the furthest of 81 stays under 4.5 of it.
        Assert.All(places.Values, times => Assert.InRange(times, 200 - 63, 200 + 63));
        Assert.Equal(count, y.Sum());
    }

    [Fact]
    public void Forward_WholePixels_ValuesAreExact()
    {
        NDArray x = np.array(NaiveImages.Different(64, 32, 32, 3));

        NDArray y = new RandomTranslation(4 / 32.0, 4 / 32.0, FillMode.Wrap, Interpolation.Nearest, seed: 2).Call(x, training: true);

        Assert.Equal(Near.Doubles(x).Order(), Near.Doubles(y).Order());
        Assert.False(np.array_equal(x, y));
    }

    [Fact]
    public void Forward_Inference_ChangesNothing()
    {
        NDArray x = np.array(NaiveImages.Different(4, 3, 3, 1));

        Near.Absolute(x, new RandomTranslation(0.5, 0.5, seed: 1).Call(x), 0);
    }

    [Fact]
    public void Forward_SameSeed_MovesTheSame()
    {
        NDArray x = np.array(NaiveImages.Different(8, 6, 6, 1));
        var layer = new RandomTranslation(0.5, 0.5, seed: 7);
        NDArray once = layer.Call(x, training: true);

        Near.Absolute(once, new RandomTranslation(0.5, 0.5, seed: 7).Call(x, training: true), 0);
        Assert.False(np.array_equal(once, layer.Call(x, training: true)));
    }

    [Fact]
    public void GetConfig_Settings_StandUnderKerasNames() => Assert.Equal(
        """{"name":"random_translation","trainable":true,"dtype":"float32","data_format":"channels_last","height_factor":[-0.125,0.125],"width_factor":[0,0.25],"fill_mode":"constant","interpolation":"nearest","seed":null,"fill_value":0.5}""",
        new RandomTranslation(0.125, (0, 0.25), FillMode.Constant, Interpolation.Nearest, fillValue: 0.5).GetConfig().ToJsonString());

    [Fact]
    public void FromConfig_NumbersAsKerasWritesThem_AreRanges()
    {
        var layer = (RandomTranslation)LayerFactory.FromConfig("RandomTranslation", new() { ["height_factor"] = 0.1, ["width_factor"] = new JsonArray(0, 0.2) });

        Assert.Equal(((FactorRange)0.1, new FactorRange(0, 0.2)), (layer.HeightFactor, layer.WidthFactor));
        Assert.Equal((FillMode.Reflect, Interpolation.Bilinear, 0.0), (layer.FillMode, layer.Interpolation, layer.FillValue));
        var error = Assert.Throws<InvalidDataException>(() => LayerFactory.FromConfig("RandomTranslation", new() { ["height_factor"] = "far" }));
        Assert.Contains("height_factor must be a number or a pair of numbers, but was \"far\".", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_ImpossibleSettings_AreRejected()
    {
        using var german = new CultureScope("de-DE");
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new RandomTranslation(1.5, 0));
        Assert.StartsWith("RandomTranslation: heightFactor must lie from -1 to 1, but was (-1.5, 1.5).", error.Message, StringComparison.Ordinal);
        Assert.Equal("widthFactor", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomTranslation(0, (0, 2))).ParamName);
        Assert.Equal("fillMode", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomTranslation(0, 0, (FillMode)9)).ParamName);
        Assert.Equal("interpolation", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomTranslation(0, 0, interpolation: (Interpolation)9)).ParamName);
        Assert.Equal("fillValue", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomTranslation(0, 0, fillValue: double.NaN)).ParamName);
    }
}
