using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Removes rows and columns at the edges of each image: (N, H, W, C) -> (N, H - top - bottom, W - left - right, C).</summary>
public sealed class Cropping2D : Layer
{
    /// <summary>Creates the layer with the same number on opposite sides.</summary>
    /// <param name="cropping">Rows above and below, columns left and right. Default 0.</param>
    /// <param name="name">The name, unique in a model. Default <c>cropping2d</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public Cropping2D(Size2D? cropping = null, string? name = null)
        : this(Symmetric(cropping ?? 0), name)
    {
    }

    /// <summary>Creates the layer with a number for each side, as in Keras: <c>((top, bottom), (left, right))</c>.</summary>
    /// <param name="cropping">Rows above and below, then columns left and right.</param>
    /// <param name="name">The name, unique in a model. Default <c>cropping2d</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public Cropping2D(((int Top, int Bottom) Rows, (int Left, int Right) Columns) cropping, string? name = null)
        : base(name)
    {
        (Rows, Columns) = cropping;
        if (Rows.Top < 0 || Rows.Bottom < 0 || Columns.Left < 0 || Columns.Right < 0)
            throw new ArgumentOutOfRangeException(nameof(cropping), FormattableString.Invariant($"Cropping2D: cropping must be at least 0 on each side, but was {cropping}."));
    }

    /// <summary>Rows above and below.</summary>
    public (int Top, int Bottom) Rows { get; }

    /// <summary>Columns left and right.</summary>
    public (int Left, int Right) Columns { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        Augmentation.RequireImages(inputShape, nameof(Cropping2D));
        (long height, long width) = (inputShape[0] - Rows.Top - Rows.Bottom, inputShape[1] - Columns.Left - Columns.Right);
        return height > 0 && width > 0
            ? new TensorShape(height, width, inputShape[2])
            : throw new ArgumentException(FormattableString.Invariant($"Cropping2D: cropping of '{Name}' must leave a row and a column, but was {(Rows, Columns)} for {inputShape}."), nameof(inputShape));
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["cropping"] = CroppingToKeras();
        config["data_format"] = "channels_last";
        return config;
    }

    internal static Cropping2D FromConfig(KerasConfig config)
    {
        const string rule = "a pair of pairs of whole numbers";
        return config.ChannelsLast().Required<int[][]>("cropping", rule) is [[int top, int bottom], [int left, int right]]
            ? new Cropping2D(((top, bottom), (left, right)), config.Name())
            : throw new InvalidDataException($"{config.ClassName}: cropping must be {rule}.");
    }

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        TensorShape shape = graph.ShapeOf(input);
        string starts = graph.Constant("starts", torch.tensor([(long)Rows.Top, Columns.Left], device: torch.CPU));
        string ends = graph.Constant("ends", torch.tensor([shape[0] - Rows.Bottom, shape[1] - Columns.Right], device: torch.CPU));
        string axes = graph.Constant("axes", torch.tensor([2L, 3L], device: torch.CPU));
        return graph.ChannelsLast(graph.Add("Slice", [graph.ChannelsFirst(input), starts, ends, axes]));
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training)
    {
        TensorShape output = ComputeOutputShape(x.shape[1..]);
        return x.narrow(1, Rows.Top, output[0]).narrow(2, Columns.Left, output[1]).contiguous();
    }

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) =>
        AddTo(model, "Cropping2D", new() { ["cropping"] = CroppingToKeras(), ["data_format"] = "channels_last" }, [input]);

    private JsonArray CroppingToKeras() => new(new JsonArray(Rows.Top, Rows.Bottom), new JsonArray(Columns.Left, Columns.Right));

    private static ((int Top, int Bottom) Rows, (int Left, int Right) Columns) Symmetric(Size2D cropping) =>
        ((cropping.Height, cropping.Height), (cropping.Width, cropping.Width));
}
