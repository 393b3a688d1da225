using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

/// <summary>Shapes that the CPU library below torch computes wrongly where it has AVX-512, each with what goes wrong there.</summary>
public class ConvolutionTests
{
    public static TheoryData<int, int, int, int, int, int> Shapes => new()
    {
        // channels, filters, groups, kernel, stride, dilation
        { 1, 6, 1, 5, 1, 1 }, // one channel: the gradient of the input; everything in bfloat16
        { 1, 1, 1, 3, 1, 1 },
        { 4, 8, 4, 3, 1, 1 }, // several filters for the one channel of a group: the output
        { 4, 8, 4, 3, 2, 1 },
        { 3, 15, 3, 2, 1, 2 },
        { 8, 8, 8, 3, 1, 1 }, // one filter for it: the gradient of the input in bfloat16
        { 8, 8, 8, 3, 1, 2 }, // the same with dilation: in float32 too
        { 6, 3, 1, 3, 1, 1 }, // an odd number of filters: the same
        { 4, 6, 2, 3, 2, 1 },
        { 5, 2, 1, 1, 2, 1 }, // one pixel with strides: reads beyond its memory
        { 17, 33, 1, 1, 1, 1 }, // one pixel and a rest of filters: the output
        { 34, 66, 2, 1, 3, 1 },
        { 1024, 512, 1, 1, 1, 1 }, // one pixel and many channels: in float32 a division by zero ends the process
        { 32, 32, 32, 3, 1, 1 }, // depthwise, as in MobileNet
        { 96, 96, 96, 3, 2, 1 },
        { 17, 17, 17, 5, 1, 1 },
        { 24, 48, 24, 3, 2, 1 },
        { 144, 144, 144, 3, 2, 1 }, // MobileNetV2 at alpha 1, and its widest
        { 960, 960, 960, 3, 1, 1 },
        { 33, 33, 33, 7, 2, 1 },
        { 16, 16, 16, 3, 1, 2 },
        { 20, 60, 20, 5, 2, 1 },
        { 3, 96, 1, 3, 1, 1 }, // and plain ones, which go straight to torch
        { 64, 32, 1, 1, 1, 1 },
    };

    // Each shape takes another path on some CPU: a matrix product, or a convolution of three dimensions.
    [Theory]
    [InlineData(1, ScalarType.Float32)]
    [InlineData(3, ScalarType.Float64)]
    public void Apply_OnAnotherDevice_IsTorchsOwnConvolution(int kernel, ScalarType type)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor images = torch.zeros([2, 8, 8, 4], type, torch.META);
        Tensor weights = torch.zeros([kernel, kernel, 4, 6], type, torch.META);

        RecordedCalls calls = RecordedCalls.Of(() => Record.Exception(() => Convolution.Apply(images, weights, null, strides: 2, [0, 0], dilation: 1, groups: 1)));

        Assert.Equal(["aten::conv2d"], calls.Calls.Where(call => call.Depth == 0 && call.Computes).Select(call => call.Name));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Apply_Float32_IsThatOfFloat64(int channels, int filters, int groups, int kernel, int stride, int dilation) =>
        AssertNear(ScalarType.Float32, 1e-5, channels, filters, groups, kernel, stride, dilation, padding: 0, 1, 2, 17);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Apply_BFloat16_IsNearThatOfFloat64(int channels, int filters, int groups, int kernel, int stride, int dilation) =>
        AssertNear(ScalarType.BFloat16, 0.02, channels, filters, groups, kernel, stride, dilation, padding: 0, 1, 2, 17);

    // With AMX these images are convolved in rows.
    [Fact]
    public void Apply_NarrowImagesInBFloat16_IsNearThatOfFloat64() =>
        AssertNear(ScalarType.BFloat16, 0.02, channels: 128, filters: 128, groups: 1, kernel: 3, stride: 1, dilation: 1, padding: 1, batches: 8 * TorchRuntime.Threads);

    [Theory]
    [InlineData(ScalarType.Float32, 1)]
    [InlineData(ScalarType.Float64, 1)]
    [InlineData(ScalarType.Float64, 17)]
    public void Apply_WhatOneDnnDoesNotTake_PrintsNothing(ScalarType type, int batch)
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = LayerContract.Numbers([batch, 9, 8, 4], type, "x").requires_grad_();
        Tensor kernel = LayerContract.Numbers([3, 3, 4, 6], type, "kernel");
        string printed = StandardError.Capture(() => Convolution.Apply(x, kernel, null, 1, [1, 1], 1, groups: 1).sum().backward());

        Assert.Equal("", printed);
    }

    private static void AssertNear(ScalarType type, double tolerance, int channels, int filters, int groups, int kernel, int stride, int dilation, int padding, params int[] batches)
    {
        using var scope = torch.NewDisposeScope();
        foreach (int batch in batches)
        {
            Tensor x = LayerContract.Numbers([batch, 9, 8, channels], type, "x");
            Tensor weights = LayerContract.Numbers([kernel, kernel, channels / groups, filters], type, "kernel");
            Tensor bias = LayerContract.Numbers([filters], type, "bias");
            Tensor[] expected = Step(ScalarType.Float64);
            Tensor[] found = Step(type);
            foreach ((string name, Tensor wanted, Tensor actual) in new[] { "y", "dx", "dkernel", "dbias" }.Zip(expected, found))
            {
                Assert.Equal(name == "y" ? type : actual.dtype, actual.dtype);
                Near.Relative(ArrayConversion.ToNDArray(wanted), actual, tolerance, $"{name} of {batch}");
            }

            Tensor[] Step(ScalarType computed)
            {
                Tensor[] inputs = [.. new[] { x, weights, bias }.Select(tensor => tensor.to(computed).detach().clone().requires_grad_())];
                Tensor y = Convolution.Apply(inputs[0], inputs[1], inputs[2], stride, [padding, padding], dilation, groups);
                (y * LayerContract.Numbers(y.shape, type, "dy").to(computed)).sum().backward();
                return [y.detach(), .. inputs.Select(tensor => tensor.grad!)];
            }
        }
    }
}
