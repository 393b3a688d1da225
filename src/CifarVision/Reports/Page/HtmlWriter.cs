using System.Text;

namespace CifarVision.Reports.Page;

/// <summary>Writes HTML and SVG. All text and all values of attributes are escaped, so that names from data cannot become markup.</summary>
internal sealed class HtmlWriter
{
    // A line break after these would be a space on the page.
    private static readonly HashSet<string> Inline = ["a", "code", "data", "output", "i", "span", "strong", "text", "path", "circle"];

    private readonly StringBuilder _text = new();

    /// <summary>Opens an element, which ends when the result is disposed.</summary>
    /// <param name="tag">The name of the element.</param>
    /// <param name="attributes">Names and values; an attribute of value null is left out, and one of value "" has its name only.</param>
    public Scope Within(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        WriteTag(tag, attributes);
        return new Scope(this, tag);
    }

    /// <summary>Writes an element with text only.</summary>
    public void Element(string tag, string text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        WriteTag(tag, attributes);
        Text(text);
        Close(tag);
    }

    /// <summary>Writes an element that cannot have content: <c>meta</c>, <c>img</c>, <c>input</c>.</summary>
    public void Void(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes) => WriteTag(tag, attributes);

    /// <summary>Writes text.</summary>
    public void Text(string text)
    {
        foreach (char letter in text)
            Escape(letter);
    }

    /// <summary>Writes a part of the library's own resources as it is.</summary>
    public void Raw(string markup) => _text.Append(markup);

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private void WriteTag(string tag, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        _text.Append('<').Append(tag);
        foreach ((string name, string? value) in attributes)
        {
            if (value is null)
                continue;
            _text.Append(' ').Append(name);
            if (value.Length == 0)
                continue;
            _text.Append("=\"");
            Text(value);
            _text.Append('"');
        }

        _text.Append('>');
    }

    private void Close(string tag) => _text.Append("</").Append(tag).Append(Inline.Contains(tag) ? ">" : ">\n");

    // HTML has no way to write control characters.
    private void Escape(char letter) => _ = letter switch
    {
        '&' => _text.Append("&amp;"),
        '<' => _text.Append("&lt;"),
        '>' => _text.Append("&gt;"),
        '"' => _text.Append("&quot;"),
        '\'' => _text.Append("&#39;"),
        '\n' or '\t' => _text.Append(letter),
        _ => _text.Append(char.IsControl(letter) ? '\uFFFD' : letter),
    };

    /// <summary>An open element.</summary>
    internal readonly ref struct Scope(HtmlWriter html, string tag)
    {
        /// <summary>Ends the element.</summary>
        public void Dispose() => html.Close(tag);
    }
}
