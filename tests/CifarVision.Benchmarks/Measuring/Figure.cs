using System.Text.Json.Nodes;

namespace CifarVision.Benchmarks.Measuring;

/// <summary>One measured number.</summary>
internal sealed record Figure(string Name, double Value, string Unit)
{
    public const string ImagesPerSecond = "images/s";
    public const string Gigaflops = "GFLOP/s";
    public const string Seconds = "s";
    public const string Mebibytes = "MiB";

    /// <summary>Figures as <c>[{"name":...,"value":...,"unit":...}]</c>.</summary>
    public static JsonArray ToJson(IEnumerable<Figure> figures) =>
        [.. figures.Select(figure => new JsonObject { ["name"] = figure.Name, ["value"] = figure.Value, ["unit"] = figure.Unit })];

    /// <summary>What <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="System.Text.Json.JsonException">The text is no JSON.</exception>
    public static IReadOnlyList<Figure> FromJson(string json) =>
        [.. JsonNode.Parse(json)!.AsArray().Select(node => new Figure(node!["name"]!.GetValue<string>(), node["value"]!.GetValue<double>(), node["unit"]!.GetValue<string>()))];
}
