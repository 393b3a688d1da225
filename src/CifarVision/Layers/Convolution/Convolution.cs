using CifarVision.Formats;
using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>Torch's convolution, with Keras' layouts of images and kernels.</summary>
internal static class Convolution
{
    // The largest single float32 image, in values, that torch leaves to NNPACK instead of oneDNN.
    private const long LoneImageLimit = 20480;

    /// <summary>The memory order of a kernel (kh, kw, in, filters): torch's channels_last, (filters, kh, kw, in), so that no step has to transpose it.</summary>
    public static ReadOnlySpan<long> MemoryOrder => [3, 0, 1, 2];

    /// <summary>The memory order of a depthwise kernel (kh, kw, C, multiplier), which torch sees as (C multiplier, 1, kh, kw).</summary>
    public static ReadOnlySpan<long> DepthwiseMemoryOrder => [2, 3, 0, 1];

    /// <summary>Convolves (N, H, W, C) with a kernel (kh, kw, C / groups, filters): (N, H', W', filters).</summary>
    public static Tensor Apply(Tensor images, Tensor kernel, Tensor? bias, Size2D strides, long[] padding, Size2D dilation, int groups) =>
        BFloat16Products.Compute(images, kernel, bias, (x, k, b) => x.device_type == DeviceType.CPU
            ? OneDnnFaults.Convolve(x, k, b, strides, padding, dilation, groups)
            : Convolve(x, k, b, strides, padding, dilation, groups));

    /// <summary>Convolves each channel of (N, H, W, C) with its own kernels (kh, kw, C, multiplier): (N, H', W', C * multiplier).</summary>
    public static Tensor ApplyDepthwise(Tensor images, Tensor kernel, Tensor? bias, Size2D strides, long[] padding, Size2D dilation) =>
        Apply(images, kernel.flatten(2, 3).unsqueeze(2), bias, strides, padding, dilation, (int)kernel.shape[2]);

    /// <summary>Adds a depthwise convolution to an ONNX model.</summary>
    /// <param name="graph">The model to add to.</param>
    /// <param name="images">The name of the input, (N, C, H, W).</param>
    /// <param name="kernelName">The name of the kernel.</param>
    /// <param name="kernel">The kernel, (kh, kw, C, multiplier).</param>
    /// <param name="bias">The bias or null.</param>
    /// <param name="window">Size, strides, padding and dilation.</param>
    /// <param name="input">The shape of one image, (H, W, C).</param>
    public static string AddDepthwise(OnnxGraph graph, string images, string kernelName, Weight kernel, Weight? bias, SlidingWindow window, TensorShape input)
    {
        List<string> inputs = [images, graph.Constant(kernelName, kernel.Value.flatten(2, 3).unsqueeze(2).permute(3, 2, 0, 1))];
        if (bias is not null)
            inputs.Add(graph.Constant("bias", bias.Value));
        return graph.Add("Conv", inputs, [("group", kernel.Value.shape[2]), .. window.OnnxConvolution(input)]);
    }

    /// <summary>Convolves on the CPU, narrow images in rows, and never with NNPACK.</summary>
    public static Tensor ConvolveOnCpu(Tensor images, Tensor kernel, Tensor? bias, Size2D strides, long[] padding, Size2D dilation, int groups)
    {
        // Torch gives these to NNPACK, which prints a warning on each call if it does not support the processor. A 3D convolution with a depth of 1 avoids it.
        bool alone = images.dtype == ScalarType.Float32 && groups == 1 && images.shape[0] == 1 && images.numel() <= LoneImageLimit;
        bool asksNnpack = alone || images.dtype == ScalarType.Float64;
        if (!asksNnpack)
        {
            int perRow = ImageRows.ImagesPerRow(images, kernel, strides, padding, dilation, groups);
            return ImageRows.Convolve(images, perRow, gap: padding[1], rows => Convolve(rows, kernel, bias, strides, padding, dilation, groups));
        }

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
