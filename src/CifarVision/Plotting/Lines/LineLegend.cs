using ScottPlot;

namespace CifarVision.Plotting.Lines;

/// <summary>A legend in one row at the upper left, with the dashes of the curves.</summary>
internal sealed class LineLegend : Legend
{
    private readonly LineLook[] _looks;

    public LineLegend(Plot plot, IReadOnlyList<LineSeries> series)
        : base(plot)
    {
        DisplayPlottableLegendItems = false;
        Alignment = Alignment.UpperLeft;
        Orientation = Orientation.Horizontal;
        TightHorizontalWrapping = true;
        SymbolWidth = 26;
        BackgroundColor = Colors.White.WithAlpha(0.8);
        OutlineColor = PlotFigure.Grid;
        ShadowColor = Colors.Transparent;
        LineSeries[] named = [.. series.Where(one => one.IsNamed)];
        _looks = [.. named.Select(one => one.Look)];
        foreach (LineSeries one in named)
        {
            var item = new LegendItem { LabelText = one.Label };
            PlotFont.Apply(item.LabelStyle, PlotFigure.SmallText, PlotFigure.Ink);
            PlotFont.Center(item.LabelStyle);
            item.MarkerStyle = one.IsMarked ? one.Look.NewMarkerStyle() : MarkerStyle.None;
            ManualItems.Add(item);
        }
    }

    public override void Render(RenderPack rp)
    {
        base.Render(rp);
        PixelRect inside = rp.DataRect.Contract(Margin);
        LegendLayout layout = GetLayout(inside.Size, rp.Paint);
        PixelRect box = layout.LegendRect.AlignedInside(inside, Alignment);
        for (int i = 0; i < layout.SymbolRects.Length; i++)
        {
            PixelRect symbol = layout.SymbolRects[i].WithOffset(new PixelOffset(box.Left, box.Top));
            using SkiaSharp.SKPath sample = _looks[i].Path.GetPath([symbol.LeftCenter, symbol.RightCenter]);
            Drawing.DrawLines(rp.Canvas, rp.Paint, sample, _looks[i].NewLineStyle());
        }
    }
}
