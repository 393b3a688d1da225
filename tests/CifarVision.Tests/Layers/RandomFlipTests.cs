using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class RandomFlipTests
{
    // 1 2   mirrored 2 1   upside down 3 4   both 4 3
    // 3 4            4 3               1 2        2 1
    private static readonly Dictionary<string, string> Pictures = new()
    {
        ["1234"] = "as it was",
        ["2143"] = "mirrored",
        ["3412"] = "upside down",
        ["4321"] = "both",
    };

    [Theory]
    [InlineData(FlipMode.Horizontal)]
    [InlineData(FlipMode.Vertical)]
    [InlineData(FlipMode.HorizontalAndVertical)]
    public void Contract_Holds(FlipMode mode) => LayerContract.Check(() => new RandomFlip(mode, seed: 3), (3, 4, 2));

    [Theory]
    [InlineData(FlipMode.Horizontal, new[] { "as it was", "mirrored" })]
    [InlineData(FlipMode.Vertical, new[] { "as it was", "upside down" })]
    [InlineData(FlipMode.HorizontalAndVertical, new[] { "as it was", "both", "mirrored", "upside down" })]
    public void Forward_Training_EachPictureIsAsLikely(FlipMode mode, string[] expected)
    {
        const int count = 4000;
        NDArray x = np.tile(np.array(new float[,,,] { { { { 1 }, { 2 } }, { { 3 }, { 4 } } } }), [count, 1, 1, 1]);

        float[] y = new RandomFlip(mode, seed: 1).Call(x, training: true).ravel().ToArray<float>();

        var found = Enumerable.Range(0, count).CountBy(n => Pictures[string.Concat(y.Skip(4 * n).Take(4))]).OrderBy(pair => pair.Key).ToList();
        Assert.Equal(expected, found.Select(pair => pair.Key));
        double share = 1.0 / expected.Length;
        double fourDeviations = 4 * Math.Sqrt(count * share * (1 - share));
        Assert.All(found, pair => Assert.InRange(pair.Value, (count * share) - fourDeviations, (count * share) + fourDeviations));
    }

    [Fact]
    public void Forward_Channels_StayTogether()
    {
        NDArray x = np.array(new float[,,,] { { { { 1, 10 }, { 2, 20 }, { 3, 30 } } } });
        var layer = new RandomFlip(FlipMode.Horizontal, seed: 1);

        for (int i = 0; i < 20; i++)
        {
            float[] y = layer.Call(x, training: true).ravel().ToArray<float>();
            Assert.Contains(y, new[] { [1, 10, 2, 20, 3, 30], new float[] { 3, 30, 2, 20, 1, 10 } });
        }
    }

    [Fact]
    public void Forward_Inference_ChangesNothing()
    {
        NDArray x = np.array(NaiveImages.Different(4, 3, 3, 1));

        Near.Absolute(x, new RandomFlip(seed: 1).Call(x), 0);
    }

    [Fact]
    public void Forward_SameSeed_FlipsTheSame()
    {
        NDArray x = np.array(NaiveImages.Different(32, 3, 3, 1));
        var layer = new RandomFlip(seed: 7);
        NDArray once = layer.Call(x, training: true);

        Near.Absolute(once, new RandomFlip(seed: 7).Call(x, training: true), 0);
        Assert.False(np.array_equal(once, layer.Call(x, training: true)));
        Assert.False(np.array_equal(once, new RandomFlip(seed: 8).Call(x, training: true)));
    }

    [Fact]
    public void Forward_SetSeed_RepeatsTheRun()
    {
        NDArray x = np.array(NaiveImages.Different(32, 3, 3, 1));
        var layer = new RandomFlip();
        TorchRuntime.SetSeed(5);
        NDArray once = layer.Call(x, training: true);
        TorchRuntime.SetSeed(5);

        Near.Absolute(once, layer.Call(x, training: true), 0);
    }

    [Fact]
    public void GetConfig_Settings_StandUnderKerasNames() => Assert.Equal(
        """{"name":"random_flip","trainable":true,"dtype":"float32","seed":4,"mode":"horizontal"}""",
        new RandomFlip(FlipMode.Horizontal, seed: 4).GetConfig().ToJsonString());

    [Fact]
    public void Create_UnknownMode_IsRejected() => Assert.Throws<ArgumentOutOfRangeException>(() => new RandomFlip((FlipMode)3));

    [Fact]
    public void Build_Features_IsRejected()
    {
        var error = Assert.Throws<ArgumentException>(() => new RandomFlip().Build(10));
        Assert.StartsWith("RandomFlip: expected input of rank 4 (batch, height, width, channels), but was (None, 10).", error.Message, StringComparison.Ordinal);
    }
}
