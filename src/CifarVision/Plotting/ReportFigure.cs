using System.Globalization;
using CifarVision.Evaluation;
using CifarVision.Plotting.Lines;
using SkiaSharp;

namespace CifarVision.Plotting;

/// <summary>The picture of a classification report: a row for each class, with a bar for each score.</summary>
internal sealed class ReportFigure
{
    private const float Margin = 14;
    private const float HeadHeight = 66;
    private const float RowHeight = 22;
    private const float Gap = 10;
    private const float WidestName = 260;
    private const float BarWidth = 110;
    private const float NumberWidth = 40;
    private const float ScoreWidth = BarWidth + NumberWidth + Gap;
    private const float SupportWidth = 60;

    private static readonly string[] Heads = ["Precision", "Recall", "F1 score"];

    private readonly ClassificationReport _report;
    private readonly ClassificationScores[] _averages;
    private readonly float _nameWidth;

    /// <summary>Lays out the figure.</summary>
    public ReportFigure(ClassificationReport report)
    {
        _report = report;
        _averages = [report.MacroAverage, report.WeightedAverage];
        _nameWidth = Math.Min(WidestName, PlotText.Width(report.Classes.Concat(_averages).Select(one => one.Name), PlotFigure.SmallText));
    }

    /// <summary>The size of the whole, in units.</summary>
    public SKSize Size => new((2 * Margin) + _nameWidth + Gap + (Heads.Length * ScoreWidth) + SupportWidth, HeadHeight + ((_report.Classes.Count + _averages.Length) * RowHeight) + Gap + Margin);

    /// <summary>Draws the figure from the upper left corner.</summary>
    public void Draw(SKCanvas canvas)
    {
        string accuracy = string.Create(CultureInfo.InvariantCulture, $"Classification report: accuracy {_report.Accuracy:F3}, {_report.Support:N0} samples");
        PlotText.Draw(canvas, PlotText.Shorten(accuracy, PlotFigure.TitleText, Size.Width - (2 * Margin)), Margin, 22, PlotFigure.TitleText, PlotFigure.Ink);
        for (int i = 0; i < Heads.Length; i++)
            PlotText.Draw(canvas, Heads[i], ScoreLeft(i), HeadHeight - 12, PlotFigure.SmallText, PlotFigure.Ink);
        PlotText.Draw(canvas, "Support", Size.Width - Margin, HeadHeight - 12, PlotFigure.SmallText, PlotFigure.Ink, anchor: 1);
        float y = HeadHeight;
        foreach (ClassificationScores one in _report.Classes)
            DrawRow(canvas, one, y += RowHeight, 0);
        y += Gap;
        using SKPaint line = new() { Color = PlotFigure.AxisColor.ToSKColor(), IsStroke = true, StrokeWidth = 1 };
        canvas.DrawLine(Margin, y - (Gap / 2), Size.Width - Margin, y - (Gap / 2), line);
        foreach (ClassificationScores one in _averages)
            DrawRow(canvas, one, y += RowHeight, 1);
    }

    private float ScoreLeft(int score) => Margin + _nameWidth + Gap + (score * ScoreWidth);

    private void DrawRow(SKCanvas canvas, ClassificationScores one, float bottom, int look)
    {
        float middle = bottom - (RowHeight / 2);
        PlotText.Draw(canvas, PlotText.Shorten(one.Name, PlotFigure.SmallText, _nameWidth + 0.5f), Margin, middle, PlotFigure.SmallText, PlotFigure.Ink);
        double[] scores = [one.Precision, one.Recall, one.F1Score];
        using SKPaint empty = new() { Color = PlotFigure.Grid.ToSKColor() };
        using SKPaint full = new() { Color = LineLook.Of(look).Color.ToSKColor() };
        for (int i = 0; i < scores.Length; i++)
        {
            SKRect bar = SKRect.Create(ScoreLeft(i), middle - 5, BarWidth, 10);
            canvas.DrawRect(bar, empty);
            if (scores[i] > 0)
                canvas.DrawRect(SKRect.Create(bar.Left, bar.Top, bar.Width * (float)scores[i], bar.Height), full);
            PlotText.Draw(canvas, ReportText.Fixed(scores[i], 2), bar.Right + 6, middle, PlotFigure.SmallText, PlotFigure.Ink);
        }

        PlotText.Draw(canvas, one.Support.ToString("N0", CultureInfo.InvariantCulture), Size.Width - Margin, middle, PlotFigure.SmallText, PlotFigure.Ink, anchor: 1);
    }
}
