using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class NormalizationTests
{
    private static readonly NDArray Rows = np.array(new float[,] { { 0, 7, 4 }, { 2, 9, 6 }, { 0, 7, 4 }, { 2, 9, 6 } });

    [Fact]
    public void Contract_Holds()
    {
        LayerContract.Check(() => new Normalization(), (2, 3, 4), ["mean", "variance", "count"]);
        LayerContract.Check(() => new Normalization(axis: null), (2, 3, 4), ["mean", "variance", "count"]);
        LayerContract.Check(() => new Normalization(mean: [0.25, 0.5], variance: [1, 4]), (3, 2));
        LayerContract.Check(() => new Normalization(mean: [0.25], variance: [4], invert: true), 5);
    }

    // The three examples of Keras' documentation.
    [Fact]
    public void Adapt_EachChannel_IsKerasExample()
    {
        var layer = new Normalization();
        layer.Adapt(Rows);

        Near.Absolute(np.array(new float[,] { { -1, -1, -1 } }), layer.Call(np.array(new float[,] { { 0, 7, 4 } })), 1e-6);
        Near.Absolute(np.array(new float[] { 1, 8, 5 }), layer.GetWeights()[0], 0);
        Near.Absolute(np.array(new float[] { 1, 1, 1 }), layer.GetWeights()[1], 0);
        Near.Absolute(np.array(0f), layer.GetWeights()[2], 0);
    }

    [Fact]
    public void Adapt_AllValues_IsKerasExample()
    {
        var layer = new Normalization(axis: null);
        layer.Adapt(np.array(new float[,] { { 1 }, { 2 }, { 3 }, { 4 }, { 5 } }));

        Near.Absolute(np.array(new float[,] { { -1.4142135f }, { -0.70710677f }, { 0 } }), layer.Call(np.array(new float[,] { { 1 }, { 2 }, { 3 } })), 1e-6);
    }

    [Fact]
    public void Forward_Invert_IsKerasExample()
    {
        var layer = new Normalization(invert: true);
        layer.Adapt(Rows);

        Near.Absolute(np.array(new float[,] { { 2, 10, 8 } }), layer.Call(np.array(new float[,] { { 1, 2, 3 } })), 1e-6);
    }

    [Fact]
    public void Forward_GivenMeanAndVariance_IsKerasExampleInTrainingToo()
    {
        var layer = new Normalization(mean: [3], variance: [2]);
        NDArray expected = np.array(new float[,] { { -1.4142135f }, { -0.70710677f }, { 0 } });

        Near.Absolute(expected, layer.Call(np.array(new float[,] { { 1 }, { 2 }, { 3 } })), 1e-6);
        Near.Absolute(expected, layer.Call(np.array(new float[,] { { 1 }, { 2 }, { 3 } }), training: true), 1e-6);
    }

    [Fact]
    public void Adapt_ManyBytes_StatisticsAreThoseOfDoubles()
    {
        const int count = 2500, pixels = 12;
        var bytes = new byte[count * pixels * 2];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(i % 2 == 0 ? (i * 31) % 256 : 200 + (i / 50_000));
        var layer = new Normalization();

        layer.Adapt(np.array(bytes).reshape(count, 3, 4, 2));

        for (int c = 0; c < 2; c++)
        {
            double[] channel = [.. bytes.Where((_, i) => i % 2 == c).Select(value => (double)value)];
            double mean = channel.Average();
            Assert.Equal(mean, Near.Doubles(layer.GetWeights()[0])[c], mean * 1e-7);
            double variance = channel.Average(value => (value - mean) * (value - mean));
            Assert.Equal(variance, Near.Doubles(layer.GetWeights()[1])[c], variance * 1e-6);
        }
    }

    [Fact]
    public void Forward_ConstantChannel_IsDividedByKerasEpsilon()
    {
        var layer = new Normalization(mean: [1], variance: [0]);

        Near.Relative(np.array(new float[,] { { 0, 1e7f } }), layer.Call(np.array(new float[,] { { 1, 2 } })), 1e-6);
    }

    [Fact]
    public void Adapt_Again_TakesTheNewData()
    {
        var layer = new Normalization();
        layer.Adapt(Rows);
        layer.Adapt(Rows * 10f);

        Near.Absolute(np.array(new float[] { 10, 80, 50 }), layer.GetWeights()[0], 1e-5);
    }

    [Fact]
    public void Adapt_Images_LeavesOnlyItsWeights()
    {
        NDArray images = np.array(NaiveImages.Different(4, 3, 3, 2));
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        new Normalization().Adapt(images);

        Assert.Equal(before + 3, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void GetConfig_Settings_StandUnderKerasNames()
    {
        Assert.Equal(
            """{"name":"normalization","trainable":true,"dtype":"float32","axis":[-1],"invert":false,"mean":null,"variance":null}""",
            new Normalization().GetConfig().ToJsonString());
        Assert.Equal(
            """{"name":"n","trainable":true,"dtype":"float32","axis":[],"invert":true,"mean":[0.5],"variance":[2]}""",
            new Normalization(null, [0.5], [2], invert: true, name: "n").GetConfig().ToJsonString());
    }

    [Fact]
    public void FromConfig_ScalarsAsKerasWritesThem_AreRead()
    {
        var layer = (Normalization)LayerFactory.FromConfig("Normalization", new() { ["axis"] = new JsonArray(-1), ["mean"] = 3.0, ["variance"] = 2.0 });

        Assert.Equal(-1, layer.Axis);
        Assert.Equal([3.0], layer.Mean!);
        Assert.Equal([2.0], layer.Variance!);
        Assert.Throws<InvalidDataException>(() => LayerFactory.FromConfig("Normalization", new() { ["axis"] = new JsonArray(1, 2) }));
        Assert.Throws<InvalidDataException>(() => LayerFactory.FromConfig("Normalization", new() { ["mean"] = "x", ["variance"] = 1 }));
    }

    [Fact]
    public void Misuse_IsRejected()
    {
        Assert.Equal("axis", Assert.Throws<ArgumentOutOfRangeException>(() => new Normalization(axis: 1)).ParamName);
        Assert.Throws<ArgumentException>(() => new Normalization(mean: [1]));
        Assert.Throws<ArgumentException>(() => new Normalization(mean: [1, 2], variance: [1]));
        Assert.Throws<ArgumentException>(() => new Normalization(null, [1, 2], [1, 2]));
        Assert.Equal("variance", Assert.Throws<ArgumentOutOfRangeException>(() => new Normalization(mean: [1], variance: [-1])).ParamName);
        Assert.Throws<InvalidOperationException>(() => new Normalization(mean: [1], variance: [1]).Adapt(Rows));
        Assert.Throws<ArgumentException>(() => new Normalization().Adapt(np.array(new float[] { 1, 2 })));
        var error = Assert.Throws<ArgumentException>(() => new Normalization(mean: [1, 2], variance: [1, 1]).Build((4, 4, 3)));
        Assert.StartsWith("Normalization: expected 2 channels, one for each mean, but was (None, 4, 4, 3).", error.Message, StringComparison.Ordinal);
    }
}
