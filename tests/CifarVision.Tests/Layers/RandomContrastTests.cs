using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class RandomContrastTests
{
    [Fact]
    public void Contract_Holds() => LayerContract.Check(() => new RandomContrast((0.5, 0.9), (-4, 4), seed: 4), (3, 4, 2));

    [Fact]
    public void Contract_ClippedValues_Holds() => LayerContract.Check(() => new RandomContrast(1, (-1, 1), seed: 5), (3, 4, 2));

    [Theory]
    [InlineData(0.2, 0.7, 0, 1, 1)]
    [InlineData(0.9, 1, 0, 1, 1)]
    [InlineData(0.5, 0.5, 0, 255, 255)]
    [InlineData(0, 0.8, 0, 255, 1)]
    public void Forward_RandomFactors_AgreeWithNaiveLoops(double lower, double upper, double low, double high, float scale)
    {
        float[,,,] x = NaiveImages.Different(16, 3, 4, 3);
        foreach ((int n, int row, int column, int c) in NaiveImages.Places(x))
            x[n, row, column, c] *= scale;

        NDArray y = new RandomContrast((lower, upper), (low, high), seed: 11).Call(np.array(x), training: true);

        var contrasts = new float[16];
        new RandomStream(11, nameof(RandomContrast)).NextUniform(contrasts, 1 - lower, 1 + upper);
        var expected = new float[16, 3, 4, 3];
        foreach ((int n, int row, int column, int c) in NaiveImages.Places(expected))
        {
            double mean = (from i in Enumerable.Range(0, 3) from j in Enumerable.Range(0, 4) select (double)x[n, i, j, c]).Average();
            expected[n, row, column, c] = (float)Math.Clamp(((x[n, row, column, c] - mean) * contrasts[n]) + mean, low, high);
        }

        Near.Absolute(np.array(expected), y, 2e-6 * scale);
    }

    [Fact]
    public void Forward_OneNumber_OnlyRaisesTheContrastAsInKeras()
    {
        NDArray x = np.tile(np.array(new[] { 120f, 130 }).reshape(1, 1, 2, 1), [200, 1, 1, 1]);

        double[] y = Near.Doubles(new RandomContrast(0.5, seed: 3).Call(x, training: true));

        // 125 - 5 c and 125 + 5 c.
        double[] contrasts = [.. y.Chunk(2).Select(pair => (pair[1] - pair[0]) / 10)];
        Assert.All(y.Chunk(2), pair => Assert.Equal(250, pair.Sum(), 1e-4));
        Assert.InRange(contrasts.Min(), 1, 1.05);
        Assert.InRange(contrasts.Max(), 1.45, 1.5);
        Assert.Equal(new FactorRange(0, 0.5), new RandomContrast(0.5).Factor);
    }

    [Fact]
    public void Forward_BlackAndWhite_StaysAsItIsClipped()
    {
        NDArray x = np.array(new[] { 0f, 1, 1, 0 }).reshape(1, 2, 2, 1);

        Near.Absolute(x, new RandomContrast(1, (0, 1), seed: 3).Call(x, training: true), 0);
    }

    [Fact]
    public void Forward_Inference_ChangesNothing()
    {
        NDArray x = np.array(NaiveImages.Different(4, 3, 3, 1)) * 1000f;

        Near.Absolute(x, new RandomContrast(0.5, seed: 1).Call(x), 0);
    }

    [Fact]
    public void RandomLayerContract_Holds() => RandomLayerContract.Check(seed => new RandomContrast((0.5, 0.5), (-1, 2), seed));

    [Fact]
    public void GetConfig_Settings_StandUnderKerasNames()
    {
        Assert.Equal(
            """{"name":"random_contrast","trainable":true,"dtype":"float32","factor":[0,0.25],"value_range":[0,1],"seed":2}""",
            new RandomContrast(0.25, (0, 1), seed: 2).GetConfig().ToJsonString());
        Assert.Equal(
            """{"name":"random_contrast","trainable":true,"dtype":"float32","factor":[0.1,0.25],"seed":null}""",
            new RandomContrast((0.1, 0.25)).GetConfig().ToJsonString());
    }

    [Fact]
    public void FromConfig_PairOrNumber_IsThatOfKeras()
    {
        var ofOneNumber = (RandomContrast)LayerFactory.FromConfig("RandomContrast", new() { ["factor"] = 0.2 });
        var layer = (RandomContrast)LayerFactory.FromConfig("RandomContrast", new() { ["factor"] = new JsonArray(0.1, 0.3), ["value_range"] = new JsonArray(0, 1) });

        Assert.Equal((new FactorRange(0, 0.2), (0.0, 255.0)), (ofOneNumber.Factor, ofOneNumber.ValueRange));
        Assert.Equal((new FactorRange(0.1, 0.3), (0.0, 1.0)), (layer.Factor, layer.ValueRange));
    }

    [Fact]
    public void Create_ImpossibleSettings_AreRejected()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new RandomContrast((-0.1, 0.5)));
        Assert.StartsWith("RandomContrast: factor must lie from 0 to 1, but was (-0.1, 0.5).", error.Message, StringComparison.Ordinal);
        Assert.Equal("valueRange", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomContrast(0, (1, 1))).ParamName);
    }
}
