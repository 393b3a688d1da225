using CifarVision.Reports.Page;

namespace CifarVision.Tests.Reports.Page;

public class HtmlWriterTests
{
    [Fact]
    public void Element_TextAndAttributes_AreEscaped()
    {
        var html = new HtmlWriter();
        html.Element("p", "a < b & \"c\" > 'd'\u0001", ("title", "\"><script>"), ("class", null), ("hidden", ""));

        Assert.Equal("<p title=\"&quot;&gt;&lt;script&gt;\" hidden>a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;\uFFFD</p>\n", html.ToString());
    }

    [Fact]
    public void Within_Scopes_CloseInOrder()
    {
        var html = new HtmlWriter();
        using (html.Within("ul"))
        using (html.Within("li"))
            html.Text("one");

        Assert.Equal("<ul><li>one</li>\n</ul>\n", html.ToString());
    }
}
