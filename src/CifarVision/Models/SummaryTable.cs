using System.Text;

namespace CifarVision.Models;

/// <summary>A table as Rich draws it for Keras' <c>model.summary()</c>, character by character. The first two columns are aligned left.</summary>
internal sealed class SummaryTable
{
    private readonly StringBuilder _text = new();
    private readonly int[] _widths;
    private bool _hasRows;

    /// <summary>Draws the head.</summary>
    /// <param name="columns">Title and width of each column, without the blank on either side.</param>
    public SummaryTable(IReadOnlyList<(string Title, int Width)> columns)
    {
        _widths = [.. columns.Select(column => column.Width)];
        Rule("┏━", "━┳━", "━┓", '━');
        Lines('┃', [.. columns.Select(column => column.Title)]);
        Rule("┡━", "━╇━", "━┩", '━');
    }

    /// <summary>Adds a row.</summary>
    /// <param name="cells">A text for each column; what is too wide is wrapped.</param>
    public void Add(IReadOnlyList<string> cells)
    {
        if (_hasRows)
            Rule("├─", "─┼─", "─┤", '─');
        Lines('│', cells);
        _hasRows = true;
    }

    /// <summary>The table, closed.</summary>
    public string Finish()
    {
        Rule("└─", "─┴─", "─┘", '─');
        return _text.ToString();
    }

    private void Rule(string left, string middle, string right, char line) =>
        _text.Append(left).AppendJoin(middle, _widths.Select(width => new string(line, width))).Append(right).Append('\n');

    private void Lines(char border, IReadOnlyList<string> cells)
    {
        List<string>[] wrapped = [.. cells.Select((cell, i) => Wrap(cell, _widths[i]))];
        for (int line = 0; line < wrapped.Max(lines => lines.Count); line++)
        {
            for (int i = 0; i < cells.Count; i++)
            {
                string part = line < wrapped[i].Count ? wrapped[i][line] : "";
                _text.Append(border).Append(' ').Append(i < 2 ? part.PadRight(_widths[i]) : part.PadLeft(_widths[i])).Append(' ');
            }

            _text.Append(border).Append('\n');
        }
    }

    // At blanks; a word that is too long is cut.
    private static List<string> Wrap(string cell, int width)
    {
        var lines = new List<string> { "" };
        foreach (string word in cell.Split(' '))
        {
            string rest = word;
            if (lines[^1].Length > 0 && lines[^1].Length + 1 + rest.Length <= width)
            {
                lines[^1] += $" {rest}";
                continue;
            }

            if (lines[^1].Length > 0)
                lines.Add("");
            for (; rest.Length > width; rest = rest[width..])
                lines.Insert(lines.Count - 1, rest[..width]);
            lines[^1] = rest;
        }

        return lines;
    }
}
