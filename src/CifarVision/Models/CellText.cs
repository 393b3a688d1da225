using System.Globalization;
using System.Text;

namespace CifarVision.Models;

/// <summary>Measures and wraps text in terminal cells: Chinese, Japanese and Korean letters take two cells, combining marks none.</summary>
internal static class CellText
{
    private const char Ellipsis = '…';

    // The blocks of wide letters in Unicode's East Asian Width.
    private static readonly (int First, int Last)[] WideBlocks =
    [
        (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0x4DBF), (0x4E00, 0xA4CF), (0xA960, 0xA97C), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
        (0xFE30, 0xFE6F), (0xFF01, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1F9FF), (0x20000, 0x3FFFD),
    ];

    /// <summary>Returns the number of cells that a text takes.</summary>
    public static int Width(string text) => text.EnumerateRunes().Sum(Width);

    /// <summary>Breaks a text at blanks into lines of at most <paramref name="width"/> cells. A word that is longer ends in an ellipsis.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        string line = "";
        foreach (string word in Words(text))
        {
            if (line.Length > 0 && Width(line) + Width(word.TrimEnd()) > width)
            {
                lines.Add(line);
                line = "";
            }

            line += word;
        }

        lines.Add(line);
        return [.. lines.Select(full => Shorten(full.TrimEnd(), width))];
    }

    /// <summary>Pads a text with blanks to a width.</summary>
    public static string Align(string text, int width, CellAlignment alignment)
    {
        int blanks = Math.Max(0, width - Width(text));
        int left = alignment switch { CellAlignment.Left => 0, CellAlignment.Right => blanks, _ => blanks / 2 };
        return new string(' ', left) + text + new string(' ', blanks - left);
    }

    // Blanks at the beginning belong to the first word, all others to the word before them.
    private static IEnumerable<string> Words(string text)
    {
        int start = 0;
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] == ' ' || text[i - 1] != ' ' || string.IsNullOrWhiteSpace(text[start..i]))
                continue;
            yield return text[start..i];
            start = i;
        }

        yield return text[start..];
    }

    private static string Shorten(string text, int width)
    {
        if (Width(text) <= width)
            return text;
        var kept = new StringBuilder();
        int room = width - 1;
        foreach (Rune rune in text.EnumerateRunes())
        {
            room -= Width(rune);
            if (room < 0)
                break;
            kept.Append(rune);
        }

        // If only half of a wide letter fits, a blank takes its cell.
        return kept.Append(' ', width - 1 - Width(kept.ToString())).Append(Ellipsis).ToString();
    }

    private static int Width(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.Control => 0,
        _ => WideBlocks.Any(block => rune.Value >= block.First && rune.Value <= block.Last) ? 2 : 1,
    };
}
