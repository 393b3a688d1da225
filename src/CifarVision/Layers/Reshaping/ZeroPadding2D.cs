using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>Adds rows and columns of zeros around each image: (N, H, W, C) -> (N, top + H + bottom, left + W + right, C).</summary>
public sealed class ZeroPadding2D : Layer
{
    /// <summary>Creates the layer with the same number on opposite sides.</summary>
    /// <param name="padding">Rows above and below, columns left and right. Default 1.</param>
    /// <param name="name">The name, unique in a model. Default <c>zero_padding2d</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public ZeroPadding2D(Size2D? padding = null, string? name = null)
        : this(Symmetric(padding ?? 1), name)
    {
    }

    /// <summary>Creates the layer with a number for each side, as in Keras: <c>((top, bottom), (left, right))</c>.</summary>
    /// <param name="padding">Rows above and below, then columns left and right.</param>
    /// <param name="name">The name, unique in a model. Default <c>zero_padding2d</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public ZeroPadding2D(((int Top, int Bottom) Rows, (int Left, int Right) Columns) padding, string? name = null)
        : base(name)
    {
        (Rows, Columns) = padding;
        if (Rows.Top < 0 || Rows.Bottom < 0 || Columns.Left < 0 || Columns.Right < 0)
            throw new ArgumentOutOfRangeException(nameof(padding), FormattableString.Invariant($"ZeroPadding2D: padding must be at least 0 on each side, but was {padding}."));
    }

    /// <summary>Rows above and below.</summary>
    public (int Top, int Bottom) Rows { get; }

    /// <summary>Columns left and right.</summary>
    public (int Left, int Right) Columns { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape.Rank == 3
        ? new TensorShape(Rows.Top + inputShape[0] + Rows.Bottom, Columns.Left + inputShape[1] + Columns.Right, inputShape[2])
        : throw new ArgumentException($"ZeroPadding2D: expected input of rank 4 (batch, height, width, channels), but was {inputShape}. Give it images.", nameof(inputShape));

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["padding"] = PaddingToKeras();
        config["data_format"] = "channels_last";
        return config;
    }

    internal static ZeroPadding2D FromConfig(KerasConfig config)
    {
        const string rule = "a pair of pairs of whole numbers";
        return config.ChannelsLast().Required<int[][]>("padding", rule) is [[int top, int bottom], [int left, int right]]
            ? new ZeroPadding2D(((top, bottom), (left, right)), config.Name())
            : throw new InvalidDataException($"{config.ClassName}: padding must be {rule}.");
    }

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        long[] before = [0, 0, Rows.Top, Columns.Left];
        long[] behind = [0, 0, Rows.Bottom, Columns.Right];
        return graph.ChannelsLast(graph.Add("Pad", [graph.ChannelsFirst(input), graph.Constant("pads", torch.tensor([.. before, .. behind], device: torch.CPU))]));
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => F.pad(x, [0, 0, Columns.Left, Columns.Right, Rows.Top, Rows.Bottom]);

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) =>
        AddTo(model, "ZeroPadding2D", new() { ["padding"] = PaddingToKeras(), ["data_format"] = "channels_last" }, [input]);

    private JsonArray PaddingToKeras() => new(new JsonArray(Rows.Top, Rows.Bottom), new JsonArray(Columns.Left, Columns.Right));

    private static ((int Top, int Bottom) Rows, (int Left, int Right) Columns) Symmetric(Size2D padding) =>
        ((padding.Height, padding.Height), (padding.Width, padding.Width));
}
