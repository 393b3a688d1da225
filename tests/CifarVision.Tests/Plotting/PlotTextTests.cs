using CifarVision.Plotting;

namespace CifarVision.Tests.Plotting;

public sealed class PlotTextTests
{
    [Fact]
    public void Shorten_WhatFits_Stays() => Assert.Equal("automobile", PlotText.Shorten("automobile", 12, PlotText.Width("automobile", 12) + 0.1f));

    [Fact]
    public void Shorten_WhatIsTooLong_EndsInAnEllipsisAndFits()
    {
        string shortened = PlotText.Shorten("a class with a name of forty letters", 12, 80);
        Assert.EndsWith("…", shortened, StringComparison.Ordinal);
        Assert.StartsWith("a class", shortened, StringComparison.Ordinal);
        Assert.InRange(PlotText.Width(shortened, 12), 40, 80);
    }

    [Fact]
    public void Shorten_LineBreaks_AreBlanks() => Assert.Equal("a b", PlotText.Shorten("a\nb", 12, 100));

    [Fact]
    public void Shorten_LettersOfTwoCodes_AreNotHalved()
    {
        string word = string.Concat(Enumerable.Repeat("\U0001D400", 20));
        for (float width = 0; width < 100; width += 2)
            Assert.DoesNotContain('\uFFFD', new System.Text.UTF8Encoding(false).GetString(System.Text.Encoding.UTF8.GetBytes(PlotText.Shorten(word, 12, width))));
    }
}
