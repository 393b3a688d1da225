using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Layers;

public class DepthwiseConv2DTests
{
    [Fact]
    public void Contract_Defaults_Holds() => LayerContract.Check(() => new DepthwiseConv2D(3), (4, 5, 2), ["kernel", "bias"]);

    [Fact]
    public void Contract_EverySetting_Holds() => LayerContract.Check(
        () => new DepthwiseConv2D(
            (3, 2), (2, 1), Padding.Same, 2, 1, ActivationFunction.Tanh, true, new HeUniform(1), new Constant(0.5), new L2(0.1), new L1(0.2), name: "custom"),
        (5, 4, 3),
        ["kernel", "bias"]);

    [Fact]
    public void Contract_DilationWithoutBias_Holds() => LayerContract.Check(() => new DepthwiseConv2D(2, dilationRate: 2, useBias: false), (5, 4, 2), ["kernel"]);

    [Fact]
    public void Forward_SeveralKernels_OrdersOutputsByInputChannel()
    {
        var layer = new DepthwiseConv2D(1, depthMultiplier: 2, useBias: false);
        layer.Build((1, 1, 2));
        layer.SetWeights([new NDArray(new float[] { 2, 3, 5, 7 }, new Shape(1, 1, 2, 2))]);

        Near.Absolute(np.array(new float[] { 20, 30, 500, 700 }).reshape(1, 1, 1, 4), layer.Call(new NDArray(new float[] { 10, 100 }, new Shape(1, 1, 1, 2))), 0);
    }

    [Fact]
    public void Forward_Images_StayInChannelsLastMemory()
    {
        using var scope = torch.NewDisposeScope();

        Assert.True(new DepthwiseConv2D(3, padding: Padding.Same).Forward(torch.rand(2, 8, 8, 16), training: false).is_contiguous());
    }

    [Fact]
    public void ForwardFlops_AreTwoPerTap()
    {
        var layer = new DepthwiseConv2D(3, padding: Padding.Same, depthMultiplier: 2);
        layer.Build((4, 5, 6));

        Assert.Equal(2 * 4 * 5 * 3 * 3 * 6 * 2, layer.ForwardFlops);
    }

    [Fact]
    public void Build_LargerImagesLater_AreTaken()
    {
        var layer = new DepthwiseConv2D(3);
        layer.Build((4, 4, 2));

        Assert.Equal([1L, 7L, 6L, 2L], layer.Call(np.ones(new Shape(1, 9, 8, 2), np.float32)).shape);
    }

    [Fact]
    public void Create_MultiplierUnderOne_IsRejected() => Assert.StartsWith(
        "DepthwiseConv2D: depthMultiplier must be at least 1, but was 0.", Assert.Throws<ArgumentOutOfRangeException>(() => new DepthwiseConv2D(3, depthMultiplier: 0)).Message, StringComparison.Ordinal);

    [Fact]
    public void Create_StridesAndDilation_IsRejected() => Assert.StartsWith(
        "DepthwiseConv2D: strides must be 1 where dilationRate is over 1, but was (2, 2) with (2, 2).",
        Assert.Throws<ArgumentException>(() => new DepthwiseConv2D(3, strides: 2, dilationRate: 2)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Build_Features_IsRejected() => Assert.StartsWith(
        "DepthwiseConv2D: expected input of rank 4 (batch, height, width, channels), but was (None, 10).", Assert.Throws<ArgumentException>(() => new DepthwiseConv2D(3).Build(10)).Message, StringComparison.Ordinal);
}
