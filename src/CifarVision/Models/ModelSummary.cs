using System.Globalization;
using System.Text;
using CifarVision.Layers;

namespace CifarVision.Models;

/// <summary>The table that Keras' <c>model.summary()</c> prints, character by character.</summary>
internal static class ModelSummary
{
    // Keras' column widths at its default line length of 80, without the blank on either side.
    private static readonly int[] Widths = [31, 22, 13];

    public static void Write(TextWriter output, Sequential model, long optimizerValues)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Model: \"{model.Name}\"\n");
        Rule(text, "┏━", "━┳━", "━┓", '━');
        Row(text, '┃', ["Layer (type)", "Output Shape", "Param #"]);
        Rule(text, "┡━", "━╇━", "━┩", '━');
        for (int i = 0; i < model.Layers.Count; i++)
        {
            Layer layer = model.Layers[i];
            string type = $"{layer.Name} ({layer.GetType().Name})";
            string[] cells = layer.IsBuilt
                ? [type, layer.OutputShape.ToString(), Count(Values(layer.Weights))]
                : [type, "?", "0 (unbuilt)"];
            Row(text, '│', cells);
            if (i < model.Layers.Count - 1)
                Rule(text, "├─", "─┼─", "─┤", '─');
        }

        Rule(text, "└─", "─┴─", "─┘", '─');
        Runtime.Weight[] weights = [.. model.Weights];
        long trainable = Values(weights.Where(weight => weight.Trainable));
        long all = Values(weights);
        Total(text, "Total", all + optimizerValues);
        Total(text, "Trainable", trainable);
        Total(text, "Non-trainable", all - trainable);
        if (optimizerValues > 0)
            Total(text, "Optimizer", optimizerValues);
        output.Write(text.Append('\n').ToString());
    }

    private static long Values(IEnumerable<Runtime.Weight> weights) => weights.Sum(weight => weight.Value.numel());

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static void Total(StringBuilder text, string what, long values) =>
        text.Append(CultureInfo.InvariantCulture, $" {what} params: {Count(values)} ({MemorySize(values * sizeof(float))})\n");

    private static string MemorySize(double bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        int unit = 0;
        for (; bytes >= 1024 && unit < units.Length - 1; unit++)
            bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:F2} {units[unit]}");
    }

    private static void Rule(StringBuilder text, string left, string middle, string right, char line) =>
        text.Append(left).AppendJoin(middle, Widths.Select(width => new string(line, width))).Append(right).Append('\n');

    private static void Row(StringBuilder text, char border, string[] cells)
    {
        List<string>[] wrapped = [.. cells.Select((cell, i) => Wrap(cell, Widths[i]))];
        for (int line = 0; line < wrapped.Max(lines => lines.Count); line++)
        {
            for (int i = 0; i < cells.Length; i++)
            {
                string part = line < wrapped[i].Count ? wrapped[i][line] : "";
                text.Append(border).Append(' ').Append(i == cells.Length - 1 ? part.PadLeft(Widths[i]) : part.PadRight(Widths[i])).Append(' ');
            }

            text.Append(border).Append('\n');
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
