using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Tests.Testing;
using PureHDF;

namespace CifarVision.Tests.Formats;

/// <summary>The files that real Keras saved, and how their content is taken out and compared.</summary>
internal static class KerasFiles
{
    /// <summary>The files of a kind in Golden/saved and its versions/.</summary>
    public static TheoryData<string> EndingWith(string ending, Func<string, bool>? where = null) =>
        [.. Directory.GetFiles(GoldenCase.Locate("saved"), $"*{ending}", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(GoldenCase.Locate(""), file).Replace('\\', '/'))
            .Where(file => where is null || where(file))
            .Order(StringComparer.Ordinal)];

    public static JsonObject Config(string path)
    {
        using var member = new StreamReader(Member(path, "config.json"));
        return JsonNode.Parse(member.ReadToEnd())!.AsObject();
    }

    public static JsonObject LegacyConfig(string path, string attribute)
    {
        using var file = H5File.OpenRead(path);
        return JsonNode.Parse(file.Attribute(attribute).Read<string>())!.AsObject();
    }

    public static MemoryStream Member(string path, string name)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        using Stream member = archive.GetEntry(name)!.Open();
        var memory = new MemoryStream();
        member.CopyTo(memory);
        memory.Position = 0;
        return memory;
    }

    /// <summary>Asserts the same keys and values, numbers as numbers: Keras writes 0.0 where C# writes 0.</summary>
    public static void AssertSame(JsonNode? expected, JsonNode? actual, string where = "$")
    {
        switch (expected)
        {
            case JsonObject members:
                var found = Assert.IsType<JsonObject>(actual);
                Assert.True(members.Count == found.Count && members.All(member => found.ContainsKey(member.Key)), $"{where}: expected the keys {string.Join(", ", members.Select(member => member.Key))}, found {string.Join(", ", found.Select(member => member.Key))}");
                foreach ((string key, JsonNode? value) in members)
                    AssertSame(value, found[key], $"{where}.{key}");
                break;
            case JsonArray items:
                Assert.True(actual is JsonArray array && array.Count == items.Count, $"{where}: expected {items.ToJsonString()}, found {actual?.ToJsonString()}");
                for (int i = 0; i < items.Count; i++)
                    AssertSame(items[i], actual![i], $"{where}[{i}]");
                break;
            default:
                bool numbers = expected?.GetValueKind() == JsonValueKind.Number && actual?.GetValueKind() == JsonValueKind.Number;
                bool same = numbers ? Number(expected!) == Number(actual!) : JsonNode.DeepEquals(expected, actual);
                Assert.True(same, $"{where}: expected {expected?.ToJsonString() ?? "null"}, found {actual?.ToJsonString() ?? "null"}");
                break;
        }
    }

    private static double Number(JsonNode number) => double.Parse(number.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);
}
