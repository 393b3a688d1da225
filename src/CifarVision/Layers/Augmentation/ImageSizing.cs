using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>
/// The base of <see cref="Resizing"/>, <see cref="CenterCrop"/> and <see cref="RandomCrop"/>, which return images of one size whatever the size of the input:
/// (N, H, W, C) -> (N, height, width, C).
/// </summary>
public abstract class ImageSizing : Layer
{
    private protected ImageSizing(int height, int width, string? name, long? seed = null)
        : base(name, seed)
    {
        Height = Require.AtLeast(1, height, this);
        Width = Require.AtLeast(1, width, this);
    }

    /// <summary>The height of the output in pixels.</summary>
    public int Height { get; }

    /// <summary>The width of the output in pixels.</summary>
    public int Width { get; }

    /// <summary>The size of the output.</summary>
    private protected Size2D Size => (Height, Width);

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => new(Height, Width, Augmentation.RequireImages(inputShape, GetType().Name)[2]);

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["data_format"] = "channels_last";
        config["height"] = Height;
        config["width"] = Width;
        return config;
    }

    /// <inheritdoc/>
    protected sealed override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return ResizingOf(graph.ShapeOf(input), training: false).ExportOnnx(graph, input);
    }

    /// <inheritdoc/>
    protected sealed override Tensor ForwardCore(Tensor x, bool training) => ResizingOf(x.shape[1..], training).Apply(x);

    private protected sealed override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input)
    {
        // Its Resizing aligns the corners of images, and its CenterCrop may be off by a pixel.
        ImageResizing resizing = ResizingOf(input.Shape, training: false);
        (AxisResizing rows, AxisResizing columns) = (resizing.Rows, resizing.Columns);
        if (!rows.IsCrop || !columns.IsCrop)
            return ExportAxis(ExportAxis(input, columns, [1, 3, 2]), rows, [3, 2, 1]);
        if (rows.IsIdentity && columns.IsIdentity)
            return input;
        var cropping = new JsonArray(Margins(rows), Margins(columns));
        return AddTo(model, "Cropping2D", new() { ["cropping"] = cropping, ["data_format"] = "channels_last" }, [input]);

        // A Dense layer over the axis, which trades places with the channels.
        TensorFlowJsTensor ExportAxis(TensorFlowJsTensor x, AxisResizing axis, int[] dims)
        {
            if (axis.IsIdentity)
                return x;
            (Tensor kernel, Tensor bias) = resizing.ExportAxis(axis);
            var config = new JsonObject { ["units"] = axis.Target, ["activation"] = "linear", ["use_bias"] = true, ["trainable"] = false };
            return Permute(model.Add((this, dims[0], axis), "Dense", Path, config, [Permute(x, dims)], [("kernel", kernel), ("bias", bias)]), dims);
        }

        TensorFlowJsTensor Permute(TensorFlowJsTensor x, int[] dims) => AddTo(model, "Permute", new() { ["dims"] = new JsonArray([.. dims.Select(dim => JsonValue.Create(dim))]) }, [x]);
    }

    /// <summary>Returns what to do with images of a shape.</summary>
    private protected abstract ImageResizing ResizingOf(TensorShape image, bool training);

    private static JsonArray Margins(AxisResizing axis) => [axis.Start, axis.Length - axis.Start - axis.Window];
}
