using System.Text.RegularExpressions;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Docs;

/// <summary>Every promise of the page on reliability is held by a test that exists.</summary>
public sealed partial class ReliabilityPageTests
{
    [Fact]
    public void Promises_NameTestsThatExist()
    {
        HashSet<string> tests =
        [
            .. typeof(ReliabilityPageTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()
                .Where(method => method.GetCustomAttributes(inherit: true).OfType<FactAttribute>().Any())
                .Select(method => $"{type.Name}.{method.Name}")),
        ];
        // The tables of promises; the others hold figures.
        string[] rows =
        [
            .. Repository.Read("docs", "reliability.md").ReplaceLineEndings("\n").Split("\n\n")
                .Where(part => part.StartsWith("| promise | test |\n", StringComparison.Ordinal))
                .SelectMany(table => table.Split('\n').Skip(2).Where(line => line.Length > 0)),
        ];
        string[][] named = [.. rows.Select(row => TestName().Matches(row).Select(match => match.Groups["name"].Value).ToArray())];

        Assert.NotEmpty(named);
        Assert.All(named, names => Assert.NotEmpty(names));
        Assert.Subset(tests, named.SelectMany(names => names).ToHashSet());
    }

    [GeneratedRegex(@"`(?<name>\w+Tests\.\w+)`")]
    private static partial Regex TestName();
}
