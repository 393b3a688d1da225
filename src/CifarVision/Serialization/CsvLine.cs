using System.Text;

namespace CifarVision.Serialization;

/// <summary>One line of a CSV file, as Python's csv module writes it: cells that contain the separator or a quote are quoted.</summary>
internal static class CsvLine
{
    /// <summary>Joins cells. Line breaks in cells are not supported.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="separator">The character between two cells.</param>
    public static string Join(IEnumerable<string> cells, char separator = ',') => string.Join(separator, cells.Select(cell => Quote(cell, separator)));

    /// <summary>Splits a line at commas.</summary>
    public static IReadOnlyList<string> Split(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (line[i] == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(line[i]);
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }

    private static string Quote(string cell, char separator) =>
        cell.Contains(separator, StringComparison.Ordinal) || cell.Contains('"', StringComparison.Ordinal) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
