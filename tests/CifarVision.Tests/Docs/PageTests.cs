using System.Text.RegularExpressions;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Docs;

/// <summary>Keeps the pages true: links, examples, and that nothing public is left out.</summary>
public partial class PageTests
{
    private const string Fence = "```";

    // What no model file can hold.
    private static readonly string[] NotInFiles = [nameof(TorchModuleLayer)];

    public static TheoryData<string> Pages =>
        [.. new[] { "README.md", "CONTRIBUTING.md", "CHANGELOG.md" }.Concat(Directory.GetFiles(Repository.PathOf("docs"), "*.md").Select(file => $"docs/{Path.GetFileName(file)}").Order(StringComparer.Ordinal))];

    public static TheoryData<string> Layers => Names(type => type.IsSubclassOf(typeof(Layer)) && type is { IsAbstract: false, Namespace: "CifarVision.Layers" });

    public static TheoryData<string, string> PageOfEachType
    {
        get
        {
            Dictionary<string, string[]> pages = new()
            {
                ["Losses"] = ["losses-and-metrics.md"],
                ["Metrics"] = ["losses-and-metrics.md"],
                ["Optimizers"] = ["optimizers.md"],
                ["Callbacks"] = ["callbacks.md"],
                ["Initializers"] = ["initializers-and-regularizers.md"],
                ["Regularizers"] = ["initializers-and-regularizers.md"],
                ["Datasets"] = ["datasets.md"],
                ["Models"] = ["training.md"],
                ["Evaluation"] = ["evaluation.md"],
                ["Reports"] = ["report.md"],
                ["Layers"] = ["layers.md", "augmentation.md"],
            };
            var data = new TheoryData<string, string>();
            foreach (Type type in typeof(Sequential).Assembly.GetExportedTypes().Where(type => !type.IsNested && (!type.IsAbstract || type.IsSealed)))
            {
                if (pages.TryGetValue(type.Namespace!.Split('.')[^1], out string[]? where))
                    data.Add(type.Name, string.Join(' ', where));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Links_LeadSomewhere(string page)
    {
        string text = WithoutCode(Repository.Read(page));
        var broken = new List<string>();
        foreach (string link in Link().Matches(text).Select(match => match.Groups["target"].Value))
        {
            if (link.Contains("://", StringComparison.Ordinal))
                continue;
            string[] parts = link.Split('#', 2);
            string target = parts[0].Length == 0 ? Repository.PathOf(page) : Path.Combine(Path.GetDirectoryName(Repository.PathOf(page))!, parts[0]);
            if (!Path.Exists(target) || (parts.Length == 2 && !Anchors(File.ReadAllText(target)).Contains(parts[1])))
                broken.Add(link);
        }

        Assert.Empty(broken);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Examples_AreTheRegionsTheyName(string page)
    {
        string[] lines = Repository.Read(page).ReplaceLineEndings("\n").Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            Match region = RegionOf().Match(lines[i]);
            if (!region.Success)
                continue;
            Assert.Equal($"{Fence}csharp", lines[i + 1]);
            string[] shown = [.. lines.Skip(i + 2).TakeWhile(line => line != Fence)];
            string[] expected = [.. region.Groups["name"].Value.Split('+').Select(name => Region(region.Groups["file"].Value, name)).Aggregate((whole, part) => [.. whole, "", .. part])];
            Assert.Equal(expected, shown);
        }
    }

    [Theory]
    [MemberData(nameof(PageOfEachType))]
    public void Type_Public_IsNamedOnItsPage(string type, string pages) => Assert.True(
        pages.Split(' ').Any(page => File.Exists(Repository.PathOf("docs", page)) && Regex.IsMatch(Repository.Read("docs", page), $@"\b{type}\b")),
        $"{type} is named in none of {pages}.");

    [Theory]
    [MemberData(nameof(Layers))]
    public void Layer_Public_HasARowAndCanBeLoaded(string layer)
    {
        string rows = Repository.Read("docs", "layers.md") + Repository.Read("docs", "augmentation.md");
        Assert.True(rows.Contains($"\n| `{layer}` |", StringComparison.Ordinal), $"{layer} must have a row in docs/layers.md or docs/augmentation.md.");

        // Without settings most refuse; but not for being unknown.
        string refused = Record.Exception(() => LayerFactory.FromConfig(layer, []))?.Message ?? "";
        bool isKnown = !refused.Contains("there is no layer of this class", StringComparison.Ordinal);
        Assert.True(isKnown != NotInFiles.Contains(layer), isKnown ? $"{layer} loads. Remove it from {nameof(NotInFiles)}." : $"{layer} must be loadable. Add a line to LayerFactory.");
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Layer_Public_StandsInTheTableOfTensorFlowJs(string layer) => Assert.True(
        Regex.IsMatch(Repository.Read("docs", "deploying.md").ReplaceLineEndings("\n"), $@"(?m)^\| [^|]*`{layer}`[^|]*\| [^|]*\| [^|]*\|$"),
        $"{layer} must have a row in docs/deploying.md, in the table of TensorFlow.js.");

    [Fact]
    public void Readme_Documentation_NamesEveryPage()
    {
        string readme = Repository.Read("README.md");
        string[] missing = [.. Directory.GetFiles(Repository.PathOf("docs"), "*.md").Select(Path.GetFileName).Where(page => !readme.Contains($"(docs/{page})", StringComparison.Ordinal))!];

        Assert.Empty(missing);
    }

    private static TheoryData<string> Names(Func<Type, bool> which) => [.. typeof(Sequential).Assembly.GetExportedTypes().Where(which).Select(type => type.Name)];

    private static string[] Region(string file, string name)
    {
        string[] lines = [.. Repository.Read(file).ReplaceLineEndings("\n").Split('\n')
            .SkipWhile(line => line.Trim() != $"#region {name}").Skip(1)
            .TakeWhile(line => line.Trim() != "#endregion")];
        Assert.True(lines.Length > 0, $"There is no region {name} in {file}.");
        int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return [.. lines.Select(line => line.Length == 0 ? line : line[indent..])];
    }

    private static HashSet<string> Anchors(string page) =>
        [.. Heading().Matches(WithoutCode(page)).Select(match => NotInAnchors().Replace(match.Groups["title"].Value.ToLowerInvariant(), "").Replace(' ', '-'))];

    private static string WithoutCode(string page) => CodeBlock().Replace(page.ReplaceLineEndings("\n"), "");

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^<!-- region (?<name>\\S+) of (?<file>\\S+) -->$")]
    private static partial Regex RegionOf();

    [GeneratedRegex("^#+ (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex("^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
