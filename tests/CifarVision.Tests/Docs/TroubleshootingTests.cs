using System.Text.RegularExpressions;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Docs;

/// <summary>Keeps docs/troubleshooting.md true: what it quotes is what is printed, and what is provoked here is on the page.</summary>
public partial class TroubleshootingTests
{
    /// <summary>The messages of this library that the page quotes: the first cells of its tables, up to those of others.</summary>
    public static TheoryData<string> Quoted => [.. Messages()];

    [Theory]
    [MemberData(nameof(Quoted))]
    public void Message_Quoted_IsTheOnePrinted(string message)
    {
        Assert.True(Mistakes.ByMessage.TryGetValue(message, out Func<string>? provoke), $"Nobody provokes: {message}");

        string printed = provoke();
        Assert.True(Regex.IsMatch(printed, $"^{string.Join(".+", message.Split('…').Select(Regex.Escape))}", RegexOptions.Singleline), printed);
    }

    [Fact]
    public void Mistakes_All_AreOnThePage() => Assert.Empty(Mistakes.ByMessage.Keys.Except(Messages()));

    private static IEnumerable<string> Messages()
    {
        string page = Repository.Read("docs", "troubleshooting.md").ReplaceLineEndings("\n");
        string ours = page[..page.IndexOf("\n## Said by others", StringComparison.Ordinal)];
        return FirstCell().Matches(ours).Select(match => match.Groups["message"].Value);
    }

    [GeneratedRegex("^\\| `(?<message>[^`]+)`", RegexOptions.Multiline)]
    private static partial Regex FirstCell();
}
