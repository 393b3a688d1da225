using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Optimizers;

public class GradientClippingTests
{
    [Fact]
    public void Apply_ClipNorm_BoundsEachWeightsGradient()
    {
        Weight large = Weights.Of(0, 0);
        Weight small = Weights.Of(0, 0);

        new SGD(learningRate: 1, clipNorm: 1).Apply([large, small], [Weights.Gradient(3, 4), Weights.Gradient(0.3f, 0.4f)]);

        Near.Absolute(np.array([-0.6f, -0.8f]), large.ToArray(), 1e-7);
        Near.Absolute(np.array([-0.3f, -0.4f]), small.ToArray(), 1e-7);
    }

    [Fact]
    public void Apply_ClipNormOfZeroGradient_LeavesZero()
    {
        Weight weight = Weights.Of(1, 2);

        new SGD(learningRate: 1, clipNorm: 1).Apply([weight], [Weights.Gradient(0, 0)]);

        Assert.Equal([1f, 2f], Weights.Floats(weight));
    }

    [Fact]
    public void Apply_GlobalClipNorm_ScalesAllGradientsAlike()
    {
        Weight first = Weights.Of(0);
        Weight second = Weights.Of(0);

        new SGD(learningRate: 1, globalClipNorm: 1).Apply([first, second], [Weights.Gradient(3), Weights.Gradient(4)]);

        Near.Absolute(np.array([-0.6f]), first.ToArray(), 1e-7);
        Near.Absolute(np.array([-0.8f]), second.ToArray(), 1e-7);
    }

    [Fact]
    public void Apply_GlobalClipNormUnderLimit_LeavesGradients()
    {
        Weight weight = Weights.Of(0);

        new SGD(learningRate: 1, globalClipNorm: 8).Apply([weight], [Weights.Gradient(3)]);

        Assert.Equal([-3f], Weights.Floats(weight));
    }

    [Fact]
    public void Apply_GlobalClipNormOfInfiniteGradient_ShowsInAllWeights()
    {
        Weight first = Weights.Of(0);
        Weight second = Weights.Of(0);

        new SGD(learningRate: 1, globalClipNorm: 1).Apply([first, second], [Weights.Gradient(float.PositiveInfinity), Weights.Gradient(4)]);

        Assert.Equal([float.NaN], Weights.Floats(second));
    }

    [Fact]
    public void Apply_ClipValue_BoundsEachNumber()
    {
        Weight weight = Weights.Of(0, 0, 0);

        new SGD(learningRate: 1, clipValue: 0.5).Apply([weight], [Weights.Gradient(-3, 0.25f, 3)]);

        Assert.Equal([0.5f, -0.25f, -0.5f], Weights.Floats(weight));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Apply_ManyEqualGradients_GetsTheNormRight(bool global)
    {
        // 4 million numbers of 0.001 have the norm 2; torch's own norm() gives 1.99 on the CPU.
        using var scope = torch.NewDisposeScope();
        const int count = 4_000_000;
        var weight = new Weight("kernel", "kernel", torch.zeros(count), trainable: true);
        SGD sgd = global ? new SGD(learningRate: 1, globalClipNorm: 1) : new SGD(learningRate: 1, clipNorm: 1);

        sgd.Apply([weight], [TorchMath.Full(count, 0.001f, ScalarType.Float32, torch.CPU)]);

        Assert.Equal(-0.0005, weight.Value[0].item<float>(), 1e-9);
    }

    [Theory]
    [InlineData(1.0, 1.0, null)]
    [InlineData(1.0, null, 1.0)]
    [InlineData(null, 1.0, 1.0)]
    public void Constructor_TwoClippings_Throws(double? clipNorm, double? clipValue, double? globalClipNorm)
    {
        var error = Assert.Throws<ArgumentException>(() => new Adam(clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm));

        Assert.StartsWith("Adam: only one of clipNorm, clipValue and globalClipNorm must be set, but was clipNorm ", error.Message);
    }

    [Fact]
    public void Apply_LimitsOfZero_ClipNothing()
    {
        foreach (SGD sgd in new[] { new SGD(1, clipNorm: 0), new SGD(1, clipValue: 0), new SGD(1, globalClipNorm: 0) })
        {
            Weight weight = Weights.Of(0, 0);

            sgd.Apply([weight], [Weights.Gradient(3, -4)]);

            Assert.Equal([-3f, 4f], Weights.Floats(weight));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Constructor_LimitUnderZero_Throws(double limit)
    {
        Assert.Equal("clipNorm", Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(clipNorm: limit)).ParamName);
        Assert.Equal("clipValue", Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(clipValue: limit)).ParamName);
        Assert.Equal("globalClipNorm", Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(globalClipNorm: limit)).ParamName);
    }
}
