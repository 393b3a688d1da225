using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class DropoutTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0)]
    [InlineData(1)]
    public void Contract_Holds(double rate) => LayerContract.Check(() => new Dropout(rate, seed: 3), (3, 5));

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Forward_Training_DropsTheRateAndScalesTheRest(double rate)
    {
        using var scope = torch.NewDisposeScope();
        Tensor y = new Dropout(rate, seed: 1).Forward(torch.ones(100, 1000), training: true);

        // 100,000 draws: a standard deviation of at most 0.0016.
        Assert.Equal(1 - rate, y.IsNotZero().to(ScalarType.Float32).mean().item<float>(), 0.01);
        Assert.Equal((float)(1 / (1 - rate)), y.max().item<float>());
        Assert.Equal(2, y.unique().output.numel());
    }

    [Fact]
    public void Forward_RateOne_DropsAll() => Near.Absolute(np.zeros(new Shape(2, 3), np.float32), new Dropout(1).Call(np.ones(new Shape(2, 3), np.float32), training: true), 0);

    [Fact]
    public void Forward_Inference_ChangesNothing()
    {
        NDArray x = np.array(new float[,] { { 1, -2, 3 } });

        Near.Absolute(x, new Dropout(0.5).Call(x), 0);
    }

    [Fact]
    public void Forward_SameSeed_DropsTheSame()
    {
        NDArray x = np.ones(new Shape(4, 50), np.float32);
        var first = new Dropout(0.5, seed: 9);
        var second = new Dropout(0.5, seed: 9);

        NDArray once = first.Call(x, training: true);

        Near.Absolute(once, second.Call(x, training: true), 0);
        Assert.False(np.array_equal(once, first.Call(x, training: true)));
        Assert.False(np.array_equal(once, new Dropout(0.5, seed: 10).Call(x, training: true)));
    }

    [Fact]
    public void Forward_SetSeed_RepeatsTheRun()
    {
        NDArray x = np.ones(new Shape(4, 50), np.float32);
        var layer = new Dropout(0.5);
        TorchRuntime.SetSeed(5);
        NDArray once = layer.Call(x, training: true);
        TorchRuntime.SetSeed(5);

        Near.Absolute(once, layer.Call(x, training: true), 0);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Create_RateOutOfRange_IsRejected(double rate) => Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(rate));

    [Fact]
    public void Contract_NoiseShape_Holds() => LayerContract.Check(() => new Dropout(0.5, seed: 3, noiseShape: [null, 1, null]), (3, 5));

    [Fact]
    public void Forward_NoiseShapeOfTheBatch_DropsWholeImages()
    {
        using var scope = torch.NewDisposeScope();
        Tensor y = new Dropout(0.5, seed: 1, noiseShape: [null, 1, 1, 1]).Forward(torch.ones(200, 2, 3, 4), training: true);

        Tensor images = y.amax([1L, 2L, 3L]);
        Assert.True(y.amin([1L, 2L, 3L]).equal(images).all().item<bool>(), "An image is dropped as a whole or not at all.");
        Assert.Equal([0f, 2f], images.unique().output.data<float>());
    }

    [Fact]
    public void FromConfig_NoiseShape_IsWrittenBack()
    {
        var config = new System.Text.Json.Nodes.JsonObject { ["rate"] = 0.5, ["noise_shape"] = new System.Text.Json.Nodes.JsonArray(null, 1, 1, 1) };

        Assert.Equal("[null,1,1,1]", LayerFactory.FromConfig("Dropout", config).GetConfig()["noise_shape"]!.ToJsonString());
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(null, 0)]
    public void Create_NoiseShapeOfNoBatch_IsRejected(int? batch, int length) =>
        Assert.Equal("noiseShape", Assert.Throws<ArgumentException>(() => new Dropout(0.5, noiseShape: [batch, length])).ParamName);

    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    public void Build_NoiseShapeOfOtherAxes_IsRejected(int rank) => Assert.Contains(
        "must have null, 1 or its length for each axis of the input, but was [null", Assert.Throws<ArgumentException>(() => new Dropout(0.5, noiseShape: [null, .. Enumerable.Repeat<int?>(2, rank - 1)]).Build((2, 3))).Message, StringComparison.Ordinal);
}
