using CifarVision.Runtime;
using CifarVision.Formats;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>The output shape and padding of a window that slides over an image, shared by convolution and pooling.</summary>
internal readonly record struct SlidingWindow
{
    private readonly string _layer;

    /// <summary>Creates a window, and checks its sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size, stride or dilation is less than 1.</exception>
    /// <exception cref="ArgumentException">Both strides and dilation are larger than 1.</exception>
    public SlidingWindow(string layer, string sizeName, Size2D size, Size2D strides, Size2D dilationRate, Padding padding)
    {
        RequirePositive(layer, sizeName, size);
        RequirePositive(layer, nameof(strides), strides);
        RequirePositive(layer, nameof(dilationRate), dilationRate);
        if (Math.Max(strides.Height, strides.Width) > 1 && Math.Max(dilationRate.Height, dilationRate.Width) > 1)
            throw new ArgumentException($"{layer}: strides must be 1 where dilationRate is over 1, but was {strides} with {dilationRate}.", nameof(strides));
        (_layer, Size, Strides, DilationRate, Padding) = (layer, size, strides, dilationRate, padding);
    }

    /// <summary>Returns the window that covers a whole image.</summary>
    public static SlidingWindow OverAll(TensorShape image)
    {
        var size = new Size2D((int)image[0], (int)image[1]);
        return new SlidingWindow(nameof(SlidingWindow), nameof(size), size, size, 1, Padding.Valid);
    }

    public Size2D Size { get; }

    public Size2D Strides { get; }

    public Size2D DilationRate { get; }

    public Padding Padding { get; }

    /// <summary>Returns the output shape for one image.</summary>
    /// <exception cref="ArgumentException">The input is not an image, or is smaller than the window.</exception>
    public TensorShape OutputShape(TensorShape input, long? channels = null)
    {
        if (input.Rank != 3)
            throw new ArgumentException($"{_layer}: expected input of rank 4 (batch, height, width, channels), but was {input}. Give it images.");
        long rows = Count(input[0], Extent(Size.Height, DilationRate.Height), Strides.Height);
        long columns = Count(input[1], Extent(Size.Width, DilationRate.Width), Strides.Width);
        return rows > 0 && columns > 0
            ? new TensorShape(rows, columns, channels ?? input[2])
            : throw new ArgumentException($"{_layer}: the window {Size} must fit into the input, but was larger than {input}. Use Padding.Same or a smaller window.");
    }

    /// <summary>
    /// Returns the images, padded where torch's kernels cannot do it, and the padding left to the kernels. Torch pads both sides equally, so an odd
    /// number of rows or columns, of which Keras puts the larger part at the end, is added here.
    /// </summary>
    /// <param name="x">(N, H, W, C).</param>
    /// <param name="value">The padding value: 0, or -infinity for a maximum.</param>
    public (Tensor Images, long[] Symmetric) Pad(Tensor x, double value)
    {
        (long height, long width) = Missing(x.shape[1], x.shape[2]);
        if (height % 2 == 0 && width % 2 == 0)
            return (x, [height / 2, width / 2]);
        return (F.pad(x, [0, 0, width / 2, width - (width / 2), height / 2, height - (height / 2)], value: value), [0, 0]);
    }

    /// <summary>Returns size, strides and padding as attributes of ONNX's convolution and pooling.</summary>
    /// <param name="input">The shape of one image.</param>
    public (string Name, OnnxAttribute Value)[] OnnxSettings(TensorShape input)
    {
        (long height, long width) = Missing(input[0], input[1]);
        long[] pads = [height / 2, width / 2, height - (height / 2), width - (width / 2)];
        return [("kernel_shape", ToOnnx(Size)), ("strides", ToOnnx(Strides)), ("pads", pads)];
    }

    /// <summary>Returns the attributes of ONNX's convolution, which also has dilations.</summary>
    /// <param name="input">The shape of one image.</param>
    public (string Name, OnnxAttribute Value)[] OnnxConvolution(TensorShape input) => [("dilations", ToOnnx(DilationRate)), .. OnnxSettings(input)];

    private static long[] ToOnnx(Size2D size) => [size.Height, size.Width];

    private static long Extent(int size, int dilation) => ((size - 1L) * dilation) + 1;

    private long Count(long length, long extent, int stride)
    {
        if (Padding == Padding.Same)
            return (length + stride - 1) / stride;
        return length < extent ? 0 : ((length - extent) / stride) + 1;
    }

    /// <summary>Returns the rows and columns of padding for an image of this height and width.</summary>
    private (long Rows, long Columns) Missing(long height, long width) => (
        Missing(height, Extent(Size.Height, DilationRate.Height), Strides.Height), Missing(width, Extent(Size.Width, DilationRate.Width), Strides.Width));

    private long Missing(long length, long extent, int stride) =>
        Padding == Padding.Same ? Math.Max(0, ((Count(length, extent, stride) - 1) * stride) + extent - length) : 0;

    private static void RequirePositive(string layer, string argument, Size2D value)
    {
        if (value.Height < 1 || value.Width < 1)
            throw new ArgumentOutOfRangeException(argument, $"{layer}: {argument} must be at least 1 in both directions, but was {value}.");
    }
}
