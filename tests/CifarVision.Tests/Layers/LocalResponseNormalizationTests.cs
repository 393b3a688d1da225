using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class LocalResponseNormalizationTests
{
    [Theory]
    [InlineData(5, 1, 1, 0.5)]
    [InlineData(1, 2, 0.5, 0.75)]
    [InlineData(0, 1, 1, 1)]
    public void Contract_Holds(int depthRadius, double bias, double alpha, double beta) =>
        LayerContract.Check(() => new LocalResponseNormalization(depthRadius, bias, alpha, beta), (2, 3, 7));

    [Theory]
    [InlineData(5, 1, 1, 0.5)]
    [InlineData(2, 2, 1e-4, 0.75)]
    [InlineData(0, 1, 1, 0.5)]
    [InlineData(20, 1, 0.1, 0.5)]
    public void Forward_Images_AgreeWithNaiveLoops(int depthRadius, double bias, double alpha, double beta)
    {
        float[,,,] x = NaiveImages.Different(2, 3, 4, 9);

        NDArray y = new LocalResponseNormalization(depthRadius, bias, alpha, beta).Call(np.array(x));

        var expected = new float[2, 3, 4, 9];
        foreach ((int n, int row, int column, int c) in NaiveImages.Places(expected))
        {
            double squares = 0;
            for (int d = Math.Max(0, c - depthRadius); d <= Math.Min(8, c + depthRadius); d++)
                squares += (double)x[n, row, column, d] * x[n, row, column, d];
            expected[n, row, column, c] = (float)(x[n, row, column, c] / Math.Pow(bias + (alpha * squares), beta));
        }

        Near.Relative(np.array(expected), y, 2e-6);
    }

    [Fact]
    public void Forward_Mixed_ComputesInFloat32()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new LocalResponseNormalization(alpha: 1e-3, beta: 1);
        layer.Configure(DTypePolicy.MixedBFloat16, torch.CPU);

        // 1 + 11 * 1e-3 is 1 in bfloat16 or 1.0078; the quotient 0.98912 rounds to 0.98828.
        Tensor y = layer.Forward(torch.ones(1, 1, 1, 11), training: false);

        Assert.Equal(ScalarType.BFloat16, y.dtype);
        Assert.Equal(0.98828125f, y[0, 0, 0, 5].to(ScalarType.Float32).item<float>());
    }

    [Fact]
    public void ToKeras_ClassThatKerasLacks_IsRegistered() => Assert.Equal(
        """{"module":null,"class_name":"LocalResponseNormalization","config":{"name":"local_response_normalization","trainable":true,"dtype":"float32","depth_radius":2,"bias":2,"alpha":0.0001,"beta":0.75},"registered_name":"CifarVision\u003ELocalResponseNormalization"}""",
        new LocalResponseNormalization(2, 2, 1e-4, 0.75).ToKeras().ToJsonString());

    [Fact]
    public void Create_ImpossibleSettings_AreRejected()
    {
        Assert.Equal("depthRadius", Assert.Throws<ArgumentOutOfRangeException>(() => new LocalResponseNormalization(-1)).ParamName);
        Assert.Equal("bias", Assert.Throws<ArgumentOutOfRangeException>(() => new LocalResponseNormalization(bias: 0)).ParamName);
        Assert.Equal("alpha", Assert.Throws<ArgumentOutOfRangeException>(() => new LocalResponseNormalization(alpha: -1)).ParamName);
        Assert.Equal("beta", Assert.Throws<ArgumentOutOfRangeException>(() => new LocalResponseNormalization(beta: double.NaN)).ParamName);
    }
}
