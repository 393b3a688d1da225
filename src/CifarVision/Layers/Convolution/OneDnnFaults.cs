using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>
/// Works around wrong results of oneDNN 3.7.1, the CPU library inside libtorch 2.10. Each workaround gives the numbers of a correct library;
/// shapes without a fault go straight to torch. Other processors than x86 have other kernels and need none of it.
/// </summary>
/// <remarks>
/// The kernels for AVX-512 have these faults, seen on Zen 5 and Sapphire Rapids:
/// groups with one input channel (in float32 the output or the gradient of the input, in bfloat16 everything); bfloat16 with an odd number of
/// filters in a group (the gradient of the input); windows of one pixel (the output where there are more than 16 filters and not a multiple of
/// 16, or hundreds of channels; some shapes divide by zero and end the process). Held to AVX2 or SSE4.1 by <c>ONEDNN_MAX_CPU_ISA</c>, the same
/// calls are right. The kernels of all x86 processors write beyond their memory in the backward pass of a window of one pixel with strides,
/// where the channels are fewer than the vector has places: reported as https://github.com/uxlfoundation/oneDNN/issues/6035.
/// The faults were found by comparing every shape with float64, which oneDNN does not compute, as ConvolutionTests does. No report of the others
/// is known. With a libtorch whose oneDNN passes ConvolutionTests without this class, the class can go.
/// </remarks>
internal static class OneDnnFaults
{
    /// <summary>Convolves (N, H, W, C) on the CPU with a kernel (kh, kw, C / groups, filters): (N, H', W', filters).</summary>
    public static Tensor Convolve(Tensor images, Tensor kernel, Tensor? bias, Size2D strides, long[] padding, Size2D dilation, int groups)
    {
        TorchInstructions instructions = TorchInstructions.OfThisProcess;
        bool onePixel = kernel.shape[0] == 1 && kernel.shape[1] == 1;
        if (onePixel && (instructions.OneDnnUsesAvx512 || (instructions.OneDnnHasX86Kernels && strides != 1)))
            return Multiply(images, kernel, bias, strides, groups);
        if (!instructions.OneDnnUsesAvx512)
            return Convolution.ConvolveOnCpu(images, kernel, bias, strides, padding, dilation, groups);

        // The kernels for bfloat16 work on pairs of channels, and take whatever lies beside a single one.
        long filters = kernel.shape[3] / groups;
        bool oneChannel = kernel.shape[2] == 1;
        if (images.dtype == ScalarType.BFloat16 && (oneChannel || filters % 2 == 1))
            return BFloat16Products.ThroughFloat32(images, kernel, bias, (x, k, b) => Convolve(x, k, b, strides, padding, dilation, groups));

        // A group of one channel loses filters in float32, but for one filter without dilation. A channel of zeros makes it a plain group.
        bool isDepthwise = groups > 1 && filters == 1 && dilation == 1;
        if (images.dtype == ScalarType.Float32 && oneChannel && !isDepthwise)
        {
            images = torch.stack([images, torch.zeros_like(images)], -1).flatten(-2);
            kernel = F.pad(kernel, [0, 0, 0, 1]);
        }

        return Convolution.ConvolveOnCpu(images, kernel, bias, strides, padding, dilation, groups);
    }

    /// <summary>Computes a window of one pixel as a matrix product over the channels of each group; strides skip pixels.</summary>
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
}
