using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class SpatialDropout2DTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0)]
    [InlineData(1)]
    public void Contract_Holds(double rate) => LayerContract.Check(() => new SpatialDropout2D(rate, seed: 3), (2, 3, 5));

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    public void Forward_Training_DropsWholeChannelsOfTheRate(double rate)
    {
        using var scope = torch.NewDisposeScope();
        Tensor y = new SpatialDropout2D(rate, seed: 1).Forward(torch.ones(100, 3, 3, 200), training: true);

        Tensor channels = y.amax([1L, 2L]);
        Assert.True(y.amin([1L, 2L]).equal(channels).all().item<bool>(), "A channel is dropped as a whole or not at all.");
        // 20,000 draws: a standard deviation of at most 0.0035.
        Assert.Equal(1 - rate, channels.IsNotZero().to(ScalarType.Float32).mean().item<float>(), 0.014);
        Assert.Equal((float)(1 / (1 - rate)), y.max().item<float>());
        Assert.False(channels[0].equal(channels[1]).all().item<bool>(), "Each image drops its own channels.");
    }

    [Fact]
    public void Forward_Inference_ChangesNothing()
    {
        NDArray x = np.array(NaiveImages.Different(2, 3, 3, 4));

        Near.Absolute(x, new SpatialDropout2D(0.5).Call(x), 0);
    }

    [Fact]
    public void Forward_SameSeed_DropsTheSame()
    {
        NDArray x = np.ones(new Shape(4, 2, 2, 20), np.float32);
        var layer = new SpatialDropout2D(0.5, seed: 9);
        NDArray once = layer.Call(x, training: true);

        Near.Absolute(once, new SpatialDropout2D(0.5, seed: 9).Call(x, training: true), 0);
        Assert.False(np.array_equal(once, layer.Call(x, training: true)));
    }

    [Fact]
    public void GetConfig_Settings_AreThoseKerasTakes() => Assert.Equal(
        """{"name":"spatial_dropout2d","dtype":"float32","rate":0.25,"seed":null,"data_format":"channels_last"}""", new SpatialDropout2D(0.25).GetConfig().ToJsonString());

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Create_RateOutOfRange_IsRejected(double rate) => Assert.Throws<ArgumentOutOfRangeException>(() => new SpatialDropout2D(rate));

    [Fact]
    public void Build_Features_IsRejected() => Assert.Throws<ArgumentException>(() => new SpatialDropout2D(0.5).Build(10));
}
