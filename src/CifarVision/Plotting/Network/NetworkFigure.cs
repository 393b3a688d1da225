using CifarVision.Layers;
using CifarVision.Models;
using ScottPlot;
using SkiaSharp;

namespace CifarVision.Plotting.Network;

/// <summary>The picture of a network: its inputs and layers from top to bottom, in as many columns as fit a screen.</summary>
internal sealed class NetworkFigure
{
    private const float Margin = 16;
    private const float TextHeight = 52;
    private const float ColumnGap = 44;
    private const float LeastColumn = 1000;

    // The aspect ratio of a picture that is split into columns.
    private const float Aspect = 1.6f;

    private static readonly Color InputColor = Colors.White;
    private static readonly Color ConvolutionColor = new("#DCEBF5");
    private static readonly Color PoolingColor = new("#F8E3D7");
    private static readonly Color DenseColor = new("#DDF0E9");
    private static readonly Color OtherColor = new("#EFEFEF");

    private readonly string _title;
    private readonly string _total;
    private readonly bool _showShapes;
    private readonly bool _showParams;
    private readonly float _boxWidth;
    private readonly List<List<NetworkPart>> _columns;

    /// <summary>Lays out the figure.</summary>
    public NetworkFigure(Model model, bool showShapes, bool showParams)
    {
        (_showShapes, _showParams, _title) = (showShapes, showParams, model.Name);
        _total = !showParams ? "" : model.IsBuilt ? LayerText.CountOf(model) : "not built";
        var input = new LayerText("Input", "", !showShapes ? "" : model.IsBuilt ? model.InputShape.ToString() : "?", "");
        _boxWidth = LayerBox.WidthFor([input, .. Leaves(model).Select(Text)]);
        _columns = InColumns(model is Sequential ? [new LayerBox(input, _boxWidth, InputColor), .. model.Layers.Select(Part)] : GraphPieces.Of(model.Graph, Part));
    }

    /// <summary>The size of the picture, in units.</summary>
    public SKSize Size => new(
        Math.Max(_columns.Sum(column => Width(column) + ColumnGap) - ColumnGap, PlotText.Width([_title, _total], PlotFigure.TitleText)) + (2 * Margin),
        HeadHeight + _columns.Max(Height) + Margin);

    // Connections between columns run below the title.
    private float HeadHeight => TextHeight + (_columns.Count > 1 ? NetworkPen.ArrowLength : 0);

    /// <summary>Draws the figure.</summary>
    public void Draw(SKCanvas canvas)
    {
        PlotText.Draw(canvas, _title, Size.Width / 2, 18, PlotFigure.TitleText, PlotFigure.Ink, anchor: 0.5f);
        PlotText.Draw(canvas, _total, Size.Width / 2, 37, PlotFigure.SmallText, PlotFigure.Ink, anchor: 0.5f);
        float left = (Size.Width - _columns.Sum(column => Width(column) + ColumnGap) + ColumnGap) / 2;
        for (int i = 0; i < _columns.Count; i++)
        {
            float middle = left + (Width(_columns[i]) / 2);
            new LayerStack(_columns[i]).Draw(canvas, middle, HeadHeight);
            left += Width(_columns[i]) + ColumnGap;
            if (i == _columns.Count - 1)
                continue;
            float between = left - (ColumnGap / 2);
            float bottom = HeadHeight + Height(_columns[i]);
            float turn = bottom + (NetworkPen.ArrowLength / 2);
            float above = HeadHeight - NetworkPen.ArrowLength;
            float next = left + (Width(_columns[i + 1]) / 2);
            NetworkPen.Arrow(canvas, new(middle, bottom), new(middle, turn), new(between, turn), new(between, above), new(next, above), new(next, HeadHeight));
        }
    }

    private static float Width(List<NetworkPart> column) => new LayerStack(column).Size.Width;

    private static float Height(List<NetworkPart> column) => new LayerStack(column).Size.Height;

    private static IEnumerable<Layer> Leaves(Layer layer) => layer.Sublayers.Count == 0 ? [layer] : layer.Sublayers.SelectMany(Leaves);

    private static Color ColorOf(Layer layer) => layer switch
    {
        Conv2DBase => ConvolutionColor,
        MaxPooling2D or AveragePooling2D or GlobalAveragePooling2D or GlobalMaxPooling2D => PoolingColor,
        Dense => DenseColor,
        InputLayer => InputColor,
        _ => OtherColor,
    };

    private static List<List<NetworkPart>> InColumns(IReadOnlyList<NetworkPart> parts)
    {
        float whole = Height([.. parts]);
        float tallest = Math.Max(LeastColumn, MathF.Sqrt(whole * (Width([.. parts]) + ColumnGap) / Aspect));
        float height = whole / MathF.Ceiling(whole / tallest);
        List<List<NetworkPart>> columns = [[]];
        foreach (NetworkPart part in parts)
        {
            // A piece belongs to the column into which most of it fits.
            if (columns[^1].Count > 0 && Height([.. columns[^1], part]) - (part.Size.Height / 2) > height)
                columns.Add([]);
            columns[^1].Add(part);
        }

        return columns;
    }

    private LayerText Text(Layer layer) => LayerText.Of(layer, _showShapes, _showParams);

    private LayerStack Stack(IEnumerable<Layer> layers, bool isJoined = true) => new([.. layers.Select(Part)], isJoined);

    private NetworkPart Part(Layer layer) => layer switch
    {
        Sequential { Layers.Count: > 0 } nested => new LayerFrame(Text(nested), Stack(nested.Layers), isJoined: true),

        Model nested and not Sequential => new LayerFrame(Text(nested), new LayerStack(GraphPieces.Of(nested.Graph, Part)), isJoined: nested is { Inputs.Count: 1, Outputs.Count: 1 }),

        // The order in which a user's own composite calls its layers is not known.
        { Sublayers.Count: > 0 } => new LayerFrame(Text(layer), Stack(layer.Sublayers, isJoined: false), isJoined: false),
        _ => new LayerBox(Text(layer), _boxWidth, ColorOf(layer)),
    };
}
