using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Layers;

public class Conv2DTransposeTests
{
    public static TheoryData<int, int, int, Padding, int> Windows => new()
    {
        // kernel, strides, dilation, padding, side of the output
        { 3, 1, 1, Padding.Valid, 9 },
        { 3, 1, 2, Padding.Same, 7 },
        { 3, 2, 1, Padding.Same, 7 },
        { 3, 2, 1, Padding.Same, 8 },
        { 4, 2, 1, Padding.Same, 8 },
        { 5, 3, 1, Padding.Same, 9 },
        { 2, 3, 1, Padding.Valid, 8 },
        { 1, 2, 1, Padding.Valid, 7 },
    };

    [Fact]
    public void Contract_Defaults_Holds() => LayerContract.Check(() => new Conv2DTranspose(3, 2), (3, 4, 2), ["kernel", "bias"]);

    [Fact]
    public void Contract_EverySetting_Holds() => LayerContract.Check(
        () => new Conv2DTranspose(
            3, (3, 2), (2, 3), Padding.Same, (1, 0), 1, ActivationFunction.Tanh, true, new HeUniform(1), new Constant(0.5), new L2(0.1), new L1(0.2), name: "custom"),
        (3, 2, 3),
        ["kernel", "bias"]);

    [Fact]
    public void Contract_DilationWithoutBias_Holds() =>
        LayerContract.Check(() => new Conv2DTranspose(2, 2, padding: Padding.Same, dilationRate: 2, useBias: false), (4, 3, 2), ["kernel"]);

    // By definition: the gradient, with respect to its input, of the convolution that leads back.
    [Theory]
    [MemberData(nameof(Windows))]
    public void Forward_IsTheGradientOfTheConvolution(int kernel, int strides, int dilation, Padding padding, int side)
    {
        using var scope = torch.NewDisposeScope();
        var back = new Conv2D(4, kernel, strides, padding, dilation, useBias: false);
        back.Configure(DTypePolicy.Float64, torch.CPU);
        Tensor large = LayerContract.Numbers([2, side, side, 3], ScalarType.Float64, "large").requires_grad_();
        Tensor small = back.Forward(large, training: false);
        Tensor numbers = LayerContract.Numbers(small.shape, ScalarType.Float64, "small");
        (small * numbers).sum().backward();
        long smallest = small.shape[1];
        int? outputPadding = padding == Padding.Valid || side == smallest * strides ? null : (int)(side - (((smallest - 1) * strides) + (kernel % 2)));
        var layer = new Conv2DTranspose(3, kernel, strides, padding, outputPadding is { } added ? new Size2D(added, added) : null, dilation, useBias: false);
        layer.Configure(DTypePolicy.Float64, torch.CPU);
        layer.Build(((int)smallest, (int)smallest, 4));
        layer.SetWeights(back.GetWeights());

        Tensor y = layer.Forward(numbers, training: false);

        // What no window reached has no gradient: a larger output there is zeros, or cut.
        Near.Relative(ArrayConversion.ToNDArray(large.grad!), y.slice(1, 0, side, 1).slice(2, 0, side, 1), 1e-12, "y");
    }

    [Fact]
    public void Forward_BFloat16_AddsOverlapsInFloat32()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new Conv2DTranspose(1, 9, padding: Padding.Same, kernelInitializer: new Ones(), useBias: false);
        layer.Configure(DTypePolicy.MixedBFloat16, torch.CPU);
        Tensor x = torch.ones(1, 9, 9, 1).Multiply(3.015625);

        Tensor y = layer.Forward(x, training: false);

        Assert.Equal(ScalarType.BFloat16, y.dtype);
        Assert.Equal(244f, y[0, 4, 4, 0].to(ScalarType.Float32).item<float>());
    }

    [Fact]
    public void Forward_Images_StayInChannelsLastMemory()
    {
        using var scope = torch.NewDisposeScope();

        Assert.True(new Conv2DTranspose(8, 3, 2, Padding.Same).Forward(torch.rand(2, 4, 4, 16), training: false).is_contiguous());
    }

    [Fact]
    public void ForwardFlops_AreTwoPerTapOfTheInput()
    {
        var layer = new Conv2DTranspose(5, 3, 2, Padding.Same);
        layer.Build((4, 6, 2));

        Assert.Equal(2 * 4 * 6 * 3 * 3 * 2 * 5, layer.ForwardFlops);
    }

    [Fact]
    public void Build_LargerImagesLater_AreTaken()
    {
        var layer = new Conv2DTranspose(3, 3, 2);
        layer.Build((4, 4, 2));

        Assert.Equal([1L, 19L, 17L, 3L], layer.Call(np.ones(new Shape(1, 9, 8, 2), np.float32)).shape);
    }

    [Fact]
    public void Create_WrongUse_SaysWhatIsNeeded()
    {
        Assert.StartsWith("Conv2DTranspose: filters must be at least 1, but was 0.", Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2DTranspose(0, 3)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "Conv2DTranspose: outputPadding must be from 0 to strides - 1, but was (2, 0) with strides (2, 2).",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2DTranspose(2, 3, 2, outputPadding: (2, 0))).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "Conv2DTranspose: strides must be 1 where dilationRate is over 1, but was (2, 2) with (2, 2).",
            Assert.Throws<ArgumentException>(() => new Conv2DTranspose(2, 3, 2, dilationRate: 2)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "Conv2DTranspose: expected input of rank 4 (batch, height, width, channels), but was (None, 10).",
            Assert.Throws<ArgumentException>(() => new Conv2DTranspose(2, 3).Build(10)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "Conv2DTranspose: the output must have at least one pixel, but had none for (None, 1, 1, 2).",
            Assert.Throws<ArgumentException>(() => new Conv2DTranspose(2, 2, 2, Padding.Same, outputPadding: 0).Build((1, 1, 2))).Message,
            StringComparison.Ordinal);
    }
}
