using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>
/// Works around wrong results of oneDNN 3.7.1, the CPU library in libtorch 2.10. Each workaround gives correct results; other shapes go straight to torch.
/// Only oneDNN's kernels for x86 are affected. docs/native.md lists the faults and says when this class can be removed.
/// </summary>
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

        // The bfloat16 kernels process channels in pairs; for the last of an odd number they read past the end.
        long filters = kernel.shape[3] / groups;
        bool oneChannel = kernel.shape[2] == 1;
        if (images.dtype == ScalarType.BFloat16 && (oneChannel || filters % 2 == 1))
            return BFloat16Products.ThroughFloat32(images, kernel, bias, (x, k, b) => Convolve(x, k, b, strides, padding, dilation, groups));

        // In float32, groups of one input channel compute wrong results unless each has one filter and no dilation. A second channel of zeros avoids this.
        bool isDepthwise = groups > 1 && filters == 1 && dilation == 1;
        if (images.dtype == ScalarType.Float32 && oneChannel && !isDepthwise)
        {
            images = torch.stack([images, torch.zeros_like(images)], -1).flatten(-2);
            kernel = F.pad(kernel, [0, 0, 0, 1]);
        }

        return Convolution.ConvolveOnCpu(images, kernel, bias, strides, padding, dilation, groups);
    }

    /// <summary>Computes a 1 x 1 convolution as a matrix product over the channels of each group; strides skip pixels.</summary>
    private static Tensor Multiply(Tensor images, Tensor kernel, Tensor? bias, Size2D strides, int groups)
    {
        if (strides != 1)
            images = images.slice(1, 0, images.shape[1], strides.Height).slice(2, 0, images.shape[2], strides.Width);
        Tensor matrix = kernel.flatten(0, 2);
        if (groups == 1 && bias is not null)
            return bias.addmm(images.flatten(0, 2), matrix).reshape([.. images.shape[..3], matrix.shape[1]]);
        Tensor product = groups == 1
            ? images.MatrixMultiply(matrix)
            : torch.cat([.. images.chunk(groups, -1).Zip(matrix.chunk(groups, -1), TorchMath.MatrixMultiply)], -1);
        return bias is null ? product : product.Add(bias);
    }
}
