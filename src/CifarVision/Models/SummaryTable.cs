using System.Text;

namespace CifarVision.Models;

/// <summary>Draws exactly the table that Rich draws for Keras' <c>model.summary()</c>.</summary>
internal sealed class SummaryTable
{
    private readonly StringBuilder _text = new();
    private readonly IReadOnlyList<SummaryColumn> _columns;
    private bool _hasRows;

    /// <summary>Draws the header.</summary>
    public SummaryTable(IReadOnlyList<SummaryColumn> columns)
    {
        _columns = columns;
        Rule("┏━", "━┳━", "━┓", '━');
        Lines('┃', [.. columns.Select(column => column.Title)]);
        Rule("┡━", "━╇━", "━┩", '━');
    }

    /// <summary>Adds a row.</summary>
    /// <param name="cells">A text for each column; wide texts are wrapped.</param>
    public void Add(IReadOnlyList<string> cells)
    {
        if (_hasRows)
            Rule("├─", "─┼─", "─┤", '─');
        Lines('│', cells);
        _hasRows = true;
    }

    /// <summary>Draws the lower border and returns the whole table.</summary>
    public string Finish()
    {
        Rule("└─", "─┴─", "─┘", '─');
        return _text.ToString();
    }

    private void Rule(string left, string middle, string right, char line) =>
        _text.Append(left).AppendJoin(middle, _columns.Select(column => new string(line, column.Width))).Append(right).Append('\n');

    private void Lines(char border, IReadOnlyList<string> cells)
    {
        IReadOnlyList<string>[] wrapped = [.. cells.Select((cell, i) => CellText.Wrap(cell, _columns[i].Width))];
        for (int line = 0; line < wrapped.Max(lines => lines.Count); line++)
        {
            foreach ((SummaryColumn column, IReadOnlyList<string> lines) in _columns.Zip(wrapped))
                _text.Append(border).Append(' ').Append(CellText.Align(line < lines.Count ? lines[line] : "", column.Width, column.Alignment)).Append(' ');
            _text.Append(border).Append('\n');
        }
    }
}
