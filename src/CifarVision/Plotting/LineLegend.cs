using ScottPlot;

namespace CifarVision.Plotting;

/// <summary>A legend in one row at the upper left, whose samples have the dashes of the curves.</summary>
internal sealed class LineLegend : Legend
{
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
        for (int i = 0; i < series.Count; i++)
        {
            var item = new LegendItem { LabelText = series[i].Label };
            PlotFont.Apply(item.LabelStyle, PlotFigure.SmallText, PlotFigure.Ink);
            PlotFont.Center(item.LabelStyle);
            item.MarkerStyle = new MarkerStyle(LineLook.Of(i).Marker, series[i].IsMarked ? LineLook.MarkerSize : 0, LineLook.Of(i).Color);
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
            using SkiaSharp.SKPath sample = LineLook.Of(i).Path.GetPath([symbol.LeftCenter, symbol.RightCenter]);
            Drawing.DrawLines(rp.Canvas, rp.Paint, sample, LineLook.Of(i).NewLineStyle());
        }
    }
}
