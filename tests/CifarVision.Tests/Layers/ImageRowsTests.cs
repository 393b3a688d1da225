using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class ImageRowsTests
{
    [Theory]
    [InlineData(128, 8, 1, 2, 16)] // AlexNet's last three convolutions
    [InlineData(128, 4, 1, 2, 32)]
    [InlineData(128, 2, 1, 2, 32)] // 64 would make rows of 192 pixels
    [InlineData(72, 8, 1, 2, 8)] // divisible by 8, not by 16
    [InlineData(127, 8, 1, 2, 1)]
    [InlineData(32, 7, 1, 8, 4)] // a row for each of eight threads
    [InlineData(4, 8, 1, 8, 1)] // fewer images than threads
    [InlineData(128, 15, 2, 2, 8)]
    [InlineData(128, 16, 1, 2, 1)] // wide enough alone
    [InlineData(0, 8, 1, 2, 1)]
    public void ImagesPerRow_IsALargePowerOfTwoThatDividesTheImages(int images, int width, int gap, int threads, int expected) =>
        Assert.Equal(expected, ImageRows.ImagesPerRow(images, width, gap, threads));

    [Fact]
    public void ImagesPerRow_OfALargeConvolutionInBFloat16_IsMoreThanOneWithAmx()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        (Tensor images, Tensor kernel) = (Images(ScalarType.BFloat16), Kernel(3, 128, 128));
        bool amx = TorchInstructions.OfThisProcess.OneDnnUsesAmx;

        Assert.Equal(amx, ImageRows.ImagesPerRow(images, kernel, strides: 1, [1, 1], dilation: 1, groups: 1) > 1);
        Assert.Equal(amx, ImageRows.ImagesPerRow(images, kernel, strides: 1, [2, 2], dilation: 2, groups: 1) > 1);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 3, 128, 128, 1, 1, 1, 1)]
    [InlineData(ScalarType.BFloat16, 3, 127, 128, 1, 1, 1, 1)] // too few channels
    [InlineData(ScalarType.BFloat16, 3, 128, 127, 1, 1, 1, 1)] // too few filters
    [InlineData(ScalarType.BFloat16, 3, 128, 128, 1, 2, 1, 1)] // strides
    [InlineData(ScalarType.BFloat16, 3, 128, 128, 0, 1, 1, 1)] // valid padding makes images smaller
    [InlineData(ScalarType.BFloat16, 1, 128, 128, 0, 1, 1, 1)]
    [InlineData(ScalarType.BFloat16, 3, 128, 128, 1, 1, 2, 1)] // dilated, so the padding does not keep the width
    [InlineData(ScalarType.BFloat16, 3, 128, 256, 1, 1, 1, 2)] // groups
    public void ImagesPerRow_OfOtherConvolutions_IsOne(ScalarType type, int size, int channels, int filters, int padding, int stride, int dilation, int groups)
    {
        using DisposeScope scope = torch.NewDisposeScope();

        Assert.Equal(1, ImageRows.ImagesPerRow(Images(type), Kernel(size, channels, filters), stride, [padding, padding], dilation, groups));
    }

    // In float64, on every processor: output and all gradients, for gaps of one and of two pixels, and a kernel that is not square.
    [Theory]
    [InlineData(1, 3, 3, 1)]
    [InlineData(2, 3, 3, 1)]
    [InlineData(6, 3, 3, 1)]
    [InlineData(3, 3, 3, 2)]
    [InlineData(3, 1, 5, 1)]
    public void Convolve_InRows_IsTheConvolutionOfEachImage(int count, int kernelHeight, int kernelWidth, int dilation)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor x = LayerContract.Numbers([6, 5, 4, 3], ScalarType.Float64, "x").requires_grad_();
        Tensor kernel = LayerContract.Numbers([kernelHeight, kernelWidth, 3, 2], ScalarType.Float64, "kernel").requires_grad_();
        Tensor bias = LayerContract.Numbers([2], ScalarType.Float64, "bias").requires_grad_();
        long[] padding = [(kernelHeight - 1) * dilation / 2, (kernelWidth - 1) * dilation / 2];
        Tensor dy = LayerContract.Numbers([6, 5, 4, 2], ScalarType.Float64, "dy");

        Tensor[] alone = Step(1);
        Tensor[] inRows = Step(count);

        // One by one, images in float64 are convolved in three dimensions, and that output is not contiguous.
        Assert.True(count == 1 || inRows[0].is_contiguous());
        foreach ((string name, Tensor expected, Tensor found) in new[] { "y", "dx", "dkernel", "dbias" }.Zip(alone, inRows))
            Near.Relative(ArrayConversion.ToNDArray(expected), found, 1e-12, name);

        Tensor[] Step(int perRow)
        {
            Tensor y = ImageRows.Convolve(x, perRow, padding[1], rows => Convolution.Apply(rows, kernel, bias, strides: 1, padding, dilation, groups: 1));
            (y * dy).sum().backward();
            Tensor[] results = [y.detach(), .. new[] { x, kernel, bias }.Select(tensor => tensor.grad!.clone())];
            foreach (Tensor tensor in new[] { x, kernel, bias })
                tensor.grad = null;
            return results;
        }
    }

    private static Tensor Images(ScalarType type) => torch.zeros([32 * TorchRuntime.Threads, 4, 8, 128], type);

    private static Tensor Kernel(int size, int channels, int filters) => torch.zeros([size, size, channels, filters]);
}
