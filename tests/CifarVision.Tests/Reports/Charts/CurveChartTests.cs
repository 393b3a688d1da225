using System.Text.RegularExpressions;
using CifarVision.Reports.Charts;
using CifarVision.Reports.Page;

namespace CifarVision.Tests.Reports.Charts;

public class CurveChartTests
{
    [Fact]
    public void Write_CurveWithAGap_IsTwoPieces()
    {
        string path = Regex.Match(Markup([1, 2, 3, 4, 5], [1, 2, double.NaN, 4, 5]), "class=\"line s0\" d=\"(?<d>[^\"]*)\"").Groups["d"].Value;

        Assert.Equal(2, path.Count(letter => letter == 'M'));
        Assert.Equal(2, path.Count(letter => letter == 'L'));
    }

    [Fact]
    public void Write_ThousandsOfPoints_AreThoseThatDifferOnAScreen()
    {
        double[] x = [.. Enumerable.Range(0, 20_000).Select(i => i / 20_000.0)];
        string path = Regex.Match(Markup(x, x), "class=\"line s0\" d=\"(?<d>[^\"]*)\"").Groups["d"].Value;

        Assert.InRange(path.Count(letter => letter == 'L'), 200, 500);
    }

    [Fact]
    public void Write_OnePoint_IsVisible() => Assert.Contains("h0", Markup([1], [0.5]), StringComparison.Ordinal);

    private static string Markup(double[] x, double[] y)
    {
        var html = new HtmlWriter();
        new CurveChart("Loss", ChartAxis.Around("x", x), ChartAxis.Around("y", y), [.. x.Select(place => (place, "here"))], [new ChartSeries("loss", x, y, [.. y.Select(value => (double?)value)])]).Write(html);
        return html.ToString();
    }
}
