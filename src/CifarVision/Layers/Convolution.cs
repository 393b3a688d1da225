using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>
/// torch's convolution in Keras' layouts, led around what oneDNN 3.7.1, the CPU library inside libtorch 2.10, computes wrongly through its
/// AVX-512 kernels (seen on Zen 5; held to AVX2 it is right). Each detour gives the numbers that a correct library would; a test holds these
/// shapes against float64, which oneDNN does not compute.
/// </summary>
internal static class Convolution
{
    // Up to this many values oneDNN does not take a lone float32 image.
    private const long LoneImageLimit = 20480;

    /// <summary>(N, H, W, C) convolved with a kernel (kh, kw, C / groups, filters): (N, H', W', filters).</summary>
    public static Tensor Apply(Tensor images, Tensor kernel, Tensor? bias, Size2D strides, long[] padding, Size2D dilation, int groups)
    {
        if (images.device.type != DeviceType.CPU)
            return Convolve(images, kernel, bias, strides, padding, dilation, groups);
        if (kernel.shape[0] == 1 && kernel.shape[1] == 1)
        {
            // oneDNN's kernels for one pixel work on sixteen filters at once and lose some where there are more, but no multiple of it; with hundreds
            // of channels they are wrong or divide by zero; with strides their backward pass reads beyond its memory.
            return Multiply(images, kernel, bias, strides, groups);
        }

        long filters = kernel.shape[3] / groups;
        bool oneChannel = kernel.shape[2] == 1;
        if (images.dtype == ScalarType.BFloat16 && (oneChannel || filters % 2 == 1))
        {
            // bfloat16 kernels work on pairs of channels, and take whatever lies beside a single one.
            Tensor exact = Apply(
                images.to(ScalarType.Float32), kernel.to(ScalarType.Float32), bias?.to(ScalarType.Float32), strides, padding, dilation, groups);
            return exact.to(ScalarType.BFloat16);
        }

        // A group of one channel loses filters in float32, but for one filter without dilation. A channel of zeros makes it a plain group.
        bool isDepthwise = groups > 1 && filters == 1 && dilation == 1;
        if (images.dtype == ScalarType.Float32 && oneChannel && !isDepthwise)
        {
            images = torch.stack([images, torch.zeros_like(images)], -1).flatten(-2);
            kernel = F.pad(kernel, [0, 0, 0, 1]);
        }

        return ConvolveBatch(images, kernel, bias, strides, padding, dilation, groups);
    }

    /// <summary>A window of one pixel is a matrix product over the channels of each group; strides skip pixels.</summary>
    private static Tensor Multiply(Tensor images, Tensor kernel, Tensor? bias, Size2D strides, int groups)
    {
        if (strides != 1)
            images = images.slice(1, 0, images.shape[1], strides.Height).slice(2, 0, images.shape[2], strides.Width);
        Tensor matrix = kernel.flatten(0, 2);
        Tensor product = groups == 1
            ? images.MatrixMultiply(matrix)
            : torch.cat([.. images.chunk(groups, -1).Zip(matrix.chunk(groups, -1), TorchMath.MatrixMultiply)], -1);
        return bias is null ? product : product.Add(bias);
    }

    private static Tensor ConvolveBatch(Tensor images, Tensor kernel, Tensor? bias, Size2D strides, long[] padding, Size2D dilation, int groups)
    {
        // oneDNN leaves these to NNPACK, which says on stderr, each time, where it lacks support for the processor. With a third axis, of
        // length 1, it is not asked.
        bool alone = images.dtype == ScalarType.Float32 && groups == 1 && images.shape[0] == 1 && images.numel() <= LoneImageLimit;
        bool asksNnpack = alone || images.dtype == ScalarType.Float64;
        if (!asksNnpack)
            return Convolve(images, kernel, bias, strides, padding, dilation, groups);
        return F.conv3d(
            images.permute(0, 3, 1, 2).unsqueeze(2),
            kernel.permute(3, 2, 0, 1).unsqueeze(2),
            bias,
            [1, strides.Height, strides.Width],
            [0, .. padding],
            [1, dilation.Height, dilation.Width],
            groups).squeeze(2).permute(0, 2, 3, 1);
    }

    private static Tensor Convolve(Tensor images, Tensor kernel, Tensor? bias, Size2D strides, long[] padding, Size2D dilation, int groups) => F.conv2d(
        images.permute(0, 3, 1, 2),
        kernel.permute(3, 2, 0, 1),
        bias,
        [strides.Height, strides.Width],
        padding,
        [dilation.Height, dilation.Width],
        groups).permute(0, 2, 3, 1);
}
