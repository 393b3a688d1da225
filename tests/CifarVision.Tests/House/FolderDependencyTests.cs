using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using CifarVision.Models;
using CifarVision.Tests.Testing;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace CifarVision.Tests.House;

/// <summary>Holds the compiled library against the table "Dependencies between folders" of docs/architecture.md.</summary>
public class FolderDependencyTests
{
    private static readonly Architecture Library = new ArchLoader().LoadAssemblies(typeof(Sequential).Assembly).Build();
    private static readonly Dictionary<string, HashSet<string>> Allowed = ReadTable();

    public static TheoryData<string> Folders => [.. Allowed.Keys];

    [Fact]
    public void Table_Folders_AreThoseOfTheLibrary()
    {
        string[] folders = [.. Repository.Sources("src", "CifarVision")
            .Select(file => Path.GetRelativePath(Repository.PathOf("src", "CifarVision"), file).Split(Path.DirectorySeparatorChar)[0])
            .Where(folder => !folder.EndsWith(".cs", StringComparison.Ordinal) && folder != "buildTransitive")
            .Distinct()
            .Order(StringComparer.Ordinal)];

        Assert.Equal(folders, Allowed.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_KnowsOnlyWhatTheTableAllows(string folder)
    {
        foreach (string other in Allowed.Keys.Where(other => other != folder && !Allowed[folder].Contains(other)))
        {
            Types().That().ResideInNamespaceMatching(WithSubfolders(folder))
                .Should().NotDependOnAnyTypesThat().ResideInNamespaceMatching(WithSubfolders(other))
                .WithoutRequiringPositiveResults()
                .Check(Library);
        }
    }

    [Fact]
    public void Table_IsWithoutCycles()
    {
        foreach (string folder in Allowed.Keys)
            Assert.DoesNotContain(folder, Reachable(folder));
    }

    [Fact]
    public void ScottPlot_IsNamedInPlottingOnly()
    {
        string[] elsewhere = [.. Repository.Sources("src", "CifarVision")
            .Where(file => !file.Contains("Plotting", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file).Contains("ScottPlot", StringComparison.Ordinal))];

        Assert.Empty(elsewhere);
    }

    private static string WithSubfolders(string folder) => $@"^CifarVision\.{folder}(\..+)?$";

    private static HashSet<string> Reachable(string folder)
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>(Allowed[folder]);
        while (open.TryDequeue(out string? next))
        {
            if (reached.Add(next))
            {
                foreach (string further in Allowed[next])
                    open.Enqueue(further);
            }
        }

        return reached;
    }

    // Rows of the form: | `Layers` | `Initializers` `Regularizers` `Formats` `Runtime` |
    private static Dictionary<string, HashSet<string>> ReadTable()
    {
        string page = Repository.Read("docs", "architecture.md");
        string section = page[page.IndexOf("## Dependencies between folders", StringComparison.Ordinal)..];
        var table = new Dictionary<string, HashSet<string>>();
        foreach (string line in section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
            table.Add(cells[1].Trim('`'), [.. cells[2].Split([' ', '`'], StringSplitOptions.RemoveEmptyEntries)]);
        }

        return table;
    }
}
