using CifarVision.Formats;
using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>Turns images of one size into images of another, as Keras' resize and smart_resize do. Gradients flow to the images.</summary>
/// <param name="Rows">What happens to the rows.</param>
/// <param name="Columns">What happens to the columns.</param>
/// <param name="Interpolation">How to interpolate between pixels.</param>
/// <param name="FillValue">The value of padding.</param>
internal sealed record ImageResizing(AxisResizing Rows, AxisResizing Columns, Interpolation Interpolation = Interpolation.Bilinear, double FillValue = 0)
{
    private bool IsSampled => Rows.Window != Rows.Target || Columns.Window != Columns.Target;

    private bool IsPadded => Rows.Padding > 0 || Columns.Padding > 0;

    /// <summary>Resizes the whole image.</summary>
    public static ImageResizing Stretched(TensorShape image, Size2D size, Interpolation interpolation) =>
        new(AxisResizing.Whole(image[0], size.Height), AxisResizing.Whole(image[1], size.Width), interpolation);

    /// <summary>Resizes the largest part of the image, in its middle, that has the aspect ratio of the output.</summary>
    public static ImageResizing Cropped(TensorShape image, Size2D size, Interpolation interpolation = Interpolation.Bilinear) => new(
        AxisResizing.Middle(image[0], Math.Clamp(image[1] * size.Height / size.Width, 1, image[0]), size.Height),
        AxisResizing.Middle(image[1], Math.Clamp(image[0] * size.Width / size.Height, 1, image[1]), size.Width),
        interpolation);

    /// <summary>Resizes the image with padding that gives it the aspect ratio of the output.</summary>
    public static ImageResizing Padded(TensorShape image, Size2D size, Interpolation interpolation, double fillValue) => new(
        AxisResizing.Middle(image[0], Math.Max(image[0], image[1] * size.Height / size.Width), size.Height),
        AxisResizing.Middle(image[1], Math.Max(image[1], image[0] * size.Width / size.Height), size.Width),
        interpolation,
        fillValue);

    /// <summary>Resizes images: (N, H, W, C) -> (N, height, width, C).</summary>
    public Tensor Apply(Tensor images)
    {
        Tensor window = Columns.Cut(Rows.Cut(images, 1), 2);
        if (IsPadded)
            window = F.pad(window, [0, 0, Columns.Padding, Columns.Padding, Rows.Padding, Rows.Padding], value: FillValue);
        if (!IsSampled)
            return window;
        torch.InterpolationMode mode = Interpolation == Interpolation.Nearest ? torch.InterpolationMode.NearestExact : torch.InterpolationMode.Bilinear;
        return F.interpolate(window.permute(0, 3, 1, 2), size: [Rows.Target, Columns.Target], mode: mode, align_corners: false).permute(0, 2, 3, 1);
    }

    /// <summary>Adds the operators that compute <see cref="Apply"/>.</summary>
    public string ExportOnnx(OnnxGraph graph, string images)
    {
        string window = ExportWindow(graph, images);
        if (!IsSampled)
            return window;
        if (Interpolation == Interpolation.Nearest)
            return ExportGather(graph, ExportGather(graph, window, "rows", axis: 1, Rows), "columns", axis: 2, Columns);
        string x = graph.ChannelsFirst(window);
        // The size has the batch, which is not known here.
        string size = graph.Add("Concat", [graph.Add("Shape", [x], ("end", 2)), Whole(graph, "size", Rows.Target, Columns.Target)], ("axis", 0));
        return graph.ChannelsLast(graph.Add("Resize", [x, "", "", size], ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel")));
    }

    /// <summary>Returns what <see cref="Apply"/> computes along one axis as a product with a matrix, (length, target), and an addend, (target).</summary>
    public (Tensor Kernel, Tensor Bias) ExportAxis(AxisResizing axis)
    {
        var column = new ImageResizing(axis, AxisResizing.Whole(1, 1), Interpolation);
        Tensor units = torch.eye(axis.Length, axis.Length, ScalarType.Float32, torch.CPU).reshape(1, axis.Length, 1, axis.Length);
        Tensor zeros = torch.zeros([1, axis.Length, 1, 1], ScalarType.Float32, torch.CPU);
        return (column.Apply(units).reshape(axis.Target, axis.Length).t(), (column with { FillValue = FillValue }).Apply(zeros).reshape(axis.Target));
    }

    private string ExportWindow(OnnxGraph graph, string images)
    {
        if (IsPadded)
        {
            string pads = Whole(graph, "pads", 0, Rows.Padding, Columns.Padding, 0, 0, Rows.Padding, Columns.Padding, 0);
            return graph.Add("Pad", [images, pads, graph.Constant("fill_value", FillValue)]);
        }

        if (Rows.Window == Rows.Length && Columns.Window == Columns.Length)
            return images;
        string starts = Whole(graph, "starts", Rows.Start, Columns.Start);
        string ends = Whole(graph, "ends", Rows.Start + Rows.Window, Columns.Start + Columns.Window);
        return graph.Add("Slice", [images, starts, ends, Whole(graph, "axes", 1, 2)]);
    }

    private static string ExportGather(OnnxGraph graph, string x, string name, int axis, AxisResizing resizing)
    {
        if (resizing.Window == resizing.Target)
            return x;
        Tensor places = TorchMath.Arange(resizing.Window, ScalarType.Float32, torch.CPU).reshape(1, -1, 1, 1);
        Tensor read = new ImageResizing(AxisResizing.Whole(resizing.Window, resizing.Target), AxisResizing.Whole(1, 1), Interpolation.Nearest).Apply(places);
        return graph.Add("Gather", [x, graph.Constant(name, read.reshape(-1).to(ScalarType.Int64))], ("axis", axis));
    }

    private static string Whole(OnnxGraph graph, string name, params long[] values) => graph.Constant(name, torch.tensor(values, device: torch.CPU));
}
