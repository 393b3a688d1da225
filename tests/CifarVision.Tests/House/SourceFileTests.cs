using System.Text.RegularExpressions;
using CifarVision.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.House;

/// <summary>What every source file must keep to.</summary>
public partial class SourceFileTests
{
    private const int MostLines = 300;

    [Fact]
    public void Files_AreNoLongerThanThreeHundredLines()
    {
        string[] longer = [.. AllSources().Where(file => File.ReadLines(file).Count() > MostLines)];

        Assert.Empty(longer);
    }

    [Fact]
    public void Files_HoldOneTopLevelTypeOfTheirName()
    {
        var wrong = new List<string>();
        foreach (string file in Repository.Sources("src", "CifarVision").Where(file => !file.Contains("buildTransitive", StringComparison.Ordinal)))
        {
            string[] types = [.. TopLevelType().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value)];
            string name = Path.GetFileName(file).Split('.')[0];
            if (types.Length != 1 || types[0] != name)
                wrong.Add($"{file}: {string.Join(", ", types)}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Files_AreInTheNamespaceOfTheirFolder()
    {
        string source = Repository.PathOf("src", "CifarVision");
        string[] wrong = [.. Repository.Sources("src", "CifarVision")
            .Where(file => !file.Contains("buildTransitive", StringComparison.Ordinal))
            .Where(file => !File.ReadAllText(file).Contains($"namespace CifarVision.{NamespaceOf(Path.GetRelativePath(source, Path.GetDirectoryName(file)!))};", StringComparison.Ordinal))];

        Assert.Empty(wrong);
    }

    [Fact]
    public void Library_ImportsNeitherTorchsModulesNorNn()
    {
        string[] wrong = [.. Repository.Sources("src", "CifarVision")
            .Where(file => ForbiddenImport().IsMatch(File.ReadAllText(file)))];

        Assert.Empty(wrong);
    }

    [Fact]
    public void Folders_BearNoNameThatSaysNothing()
    {
        string[] forbidden = ["Utils", "Helpers", "Common", "Abstractions", "Interfaces"];
        string[] found = [.. AllSources().SelectMany(file => Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar)).Intersect(forbidden)];

        Assert.Empty(found);
    }

    [Fact]
    public void PublicTypes_HaveNamesThatOccurOnce()
    {
        string[] twice = [.. typeof(Sequential).Assembly.GetExportedTypes()
            .Where(type => !type.IsNested)
            .GroupBy(type => type.Name)
            .Where(group => group.Count() > 1)
            .Select(group => group.Key)];

        Assert.Empty(twice);
    }

    [Fact]
    public void Repository_NamesNoPathOfOneMachine()
    {
        string[] wrong = [.. AllSources().Where(file => MachinePath().IsMatch(File.ReadAllText(file)))];

        Assert.Empty(wrong);
    }

    private static IEnumerable<string> AllSources() =>
        new[] { "src", "tests", "samples" }.SelectMany(folder => Repository.Sources(folder));

    [GeneratedRegex(@"^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|unsafe|ref)\s+)*(?:class|struct|record struct|record class|record|enum|interface|delegate\s+\S+)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^using (static )?TorchSharp\.(Modules|torch\.nn);", RegexOptions.Multiline)]
    private static partial Regex ForbiddenImport();

    [GeneratedRegex("/(home|root|Users)/[a-z]")]
    private static partial Regex MachinePath();

    // The layers are one namespace, whatever group of Keras' API they are in.
    private static string NamespaceOf(string folder) => folder.StartsWith("Layers", StringComparison.Ordinal) ? "Layers" : folder.Replace(Path.DirectorySeparatorChar, '.');
}
