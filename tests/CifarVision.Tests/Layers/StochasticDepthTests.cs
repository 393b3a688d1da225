using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class StochasticDepthTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0)]
    [InlineData(1)]
    public void Contract_Holds(double rate) => LayerContract.Check(() => Seeded(rate), (2, 3, 5));

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    public void Forward_Training_DropsWholeSamplesOfTheRate(double rate)
    {
        using var scope = torch.NewDisposeScope();
        Tensor y = Seeded(rate).Forward(torch.ones(20000, 2, 2, 1), training: true);

        Tensor samples = y.amax([1L, 2L, 3L]);
        Assert.True(y.amin([1L, 2L, 3L]).equal(samples).all().item<bool>(), "A sample is dropped as a whole or not at all.");
        // 20,000 draws: a standard deviation of at most 0.0035.
        Assert.Equal(1 - rate, samples.IsNotZero().to(ScalarType.Float32).mean().item<float>(), 0.014);
        Assert.Equal((float)(1 / (1 - rate)), y.max().item<float>());
    }

    [Fact]
    public void Forward_Inference_ChangesNothing()
    {
        NDArray x = np.array(NaiveImages.Different(2, 3, 3, 4));

        Near.Absolute(x, new StochasticDepth(0.5).Call(x), 0);
    }

    [Fact]
    public void ToKeras_New_IsOfTheModuleFromWhichKerasImportsIt()
    {
        JsonObject envelope = new StochasticDepth(0.25).ToKeras();

        Assert.Equal(
            """{"module":"keras.src.applications.convnext","class_name":"StochasticDepth","config":{"name":"stochastic_depth","trainable":true,"dtype":"float32","drop_path_rate":0.25},"registered_name":"StochasticDepth"}""",
            envelope.ToJsonString());
        Assert.Equal(0.25, Assert.IsType<StochasticDepth>(LayerFactory.FromEnvelope(envelope)).DropPathRate);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Create_RateOutOfRange_IsRejected(double rate) => Assert.Throws<ArgumentOutOfRangeException>(() => new StochasticDepth(rate));

    // Keras' class has no seed of its own.
    private static StochasticDepth Seeded(double rate)
    {
        TorchRuntime.SetSeed(3);
        return new StochasticDepth(rate);
    }
}
