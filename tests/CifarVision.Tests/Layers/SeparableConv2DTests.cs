using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Regularizers;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Layers;

public class SeparableConv2DTests
{
    private static readonly string[] Weights = ["depthwise_kernel", "pointwise_kernel", "bias"];

    [Fact]
    public void Contract_Defaults_Holds() => LayerContract.Check(() => new SeparableConv2D(3, 3), (4, 5, 2), Weights);

    [Fact]
    public void Contract_EverySetting_Holds() => LayerContract.Check(
        () => new SeparableConv2D(
            4, (3, 2), (2, 1), Padding.Same, 1, 2, ActivationFunction.Softmax, true, new HeUniform(1), new HeNormal(2), new Constant(0.5), new L2(0.1), new L1(0.2), new L2(0.3), name: "custom"),
        (5, 4, 3),
        Weights);

    [Fact]
    public void Contract_DilationWithoutBias_Holds() => LayerContract.Check(() => new SeparableConv2D(2, 2, dilationRate: 2, useBias: false), (5, 4, 2), Weights[..2]);

    [Fact]
    public void Forward_IsADepthwiseAndAPointwiseConvolution()
    {
        var layer = new SeparableConv2D(5, 3, 2, Padding.Same, depthMultiplier: 2, activation: ActivationFunction.Relu);
        NDArray x = np.array(NaiveImages.Different(2, 7, 6, 3));
        NDArray y = layer.Call(x);
        var depthwise = new DepthwiseConv2D(3, 2, Padding.Same, depthMultiplier: 2, useBias: false);
        var pointwise = new Conv2D(5, 1, activation: ActivationFunction.Relu);
        depthwise.Build((7, 6, 3));
        pointwise.Build((4, 3, 6));
        depthwise.SetWeights([layer.GetWeights()[0]]);
        pointwise.SetWeights([layer.GetWeights()[1], layer.GetWeights()[2]]);

        Near.Absolute(pointwise.Call(depthwise.Call(x)), y, 0);
    }

    [Fact]
    public void ForwardFlops_AreThoseOfBothConvolutions()
    {
        var layer = new SeparableConv2D(5, 3, padding: Padding.Same, depthMultiplier: 2);
        layer.Build((4, 4, 3));

        Assert.Equal(2 * 4 * 4 * ((3 * 3 * 6) + (6 * 5)), layer.ForwardFlops);
    }

    [Theory]
    [InlineData(0, 1, "filters")]
    [InlineData(1, 0, "depthMultiplier")]
    public void Create_NumberUnderOne_IsRejected(int filters, int multiplier, string argument) => Assert.StartsWith(
        $"SeparableConv2D: {argument} must be at least 1, but was 0.", Assert.Throws<ArgumentOutOfRangeException>(() => new SeparableConv2D(filters, 3, depthMultiplier: multiplier)).Message, StringComparison.Ordinal);
}
