using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Benchmarks.Measuring;

namespace CifarVision.Benchmarks.Peers;

/// <summary>The tables on the console and the JSON file.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Print(TextWriter output, IReadOnlyList<Summary> summaries, IReadOnlyDictionary<string, double> ratios)
    {
        PrintTable(
            output,
            ["figure", "median", "lowest", "highest", "unit"],
            summaries.Select(summary => new[] { summary.Figure.Name, Text(summary.Figure.Value), Text(summary.Lowest), Text(summary.Highest), summary.Figure.Unit }));
        output.WriteLine();
        PrintTable(
            output,
            ["ratio", "value", "goal", "least", "reached", "what"],
            Ratio.All.Where(ratio => ratios.ContainsKey(ratio.Key)).Select(ratio => Row(ratio, ratios[ratio.Key])));
    }

    /// <summary><c>{"figures":[{"name","value","unit"}],"ratios":{...}}</c>.</summary>
    public static string ToJson(IEnumerable<Figure> figures, IReadOnlyDictionary<string, double> ratios)
    {
        var ratioNode = new JsonObject();
        foreach ((string key, double value) in ratios)
            ratioNode[key] = value;
        return new JsonObject { ["figures"] = Figure.ToJson(figures), ["ratios"] = ratioNode }.ToJsonString(Indented);
    }

    private static string[] Row(Ratio ratio, double value)
    {
        string reached = ratio.Reaches(value, ratio.Goal) ? "goal" : ratio.Reaches(value, ratio.Least) ? "least" : "NO";
        return [ratio.Key, Text(value), Text(ratio.Goal), Text(ratio.Least), reached, ratio.Meaning];
    }

    // Text to the left, numbers to the right.
    private static void PrintTable(TextWriter output, string[] head, IEnumerable<string[]> rows)
    {
        string[][] lines = [head, .. rows];
        int[] widths = [.. head.Select((_, column) => lines.Max(line => line[column].Length))];
        foreach (string[] line in lines)
        {
            IEnumerable<string> cells = line.Select((cell, column) => IsNumber(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }

        bool IsNumber(int column) => lines.Length > 1 && double.TryParse(lines[1][column], NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }

    private static string Text(double value) => value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : "F3", CultureInfo.InvariantCulture);
}
