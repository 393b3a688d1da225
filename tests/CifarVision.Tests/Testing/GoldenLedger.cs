using System.Text.RegularExpressions;
using CifarVision.Runtime;

namespace CifarVision.Tests.Testing;

/// <summary>
/// Which golden cases were met: compared by at least one test, and every test that compared them passed. Says at the end of the run how many of
/// how many, also in <c>oracle-cases.txt</c> beside the test program because dotnet test shows no output, and fails a run that left one out.
/// </summary>
public sealed partial class GoldenLedger : IDisposable
{
    // Inputs, which are compared with nothing.
    private static readonly string[] Inputs = ["training/data", "training/initial_weights"];

    private static readonly HashSet<(string Path, DTypePolicy Precision)> Open = [];
    private static readonly HashSet<(string Path, DTypePolicy Precision)> Passed = [];
    private static readonly HashSet<(string Path, DTypePolicy Precision)> Failed = [];

    /// <summary>The cases that are to be met in a precision. What Keras saved to files has float32 numbers only.</summary>
    public static IReadOnlyList<string> Expected(DTypePolicy precision) =>
        precision == DTypePolicy.Float64
            ? [.. GoldenTolerance.Cases]
            : [.. GoldenTolerance.Cases.Concat(GoldenCase.PathsIn("saved")).Concat(KerasRun.Paths).Concat(Folders().SelectMany(folder => GoldenCase.PathsIn(folder))).Except(Inputs).Distinct()];

    /// <summary>Notes that the running test compares numbers of a case.</summary>
    public static void Claim(string path, DTypePolicy precision) => Open.Add((path, precision));

    internal static void Begin() => Open.Clear();

    internal static void End(bool passed)
    {
        (passed ? Passed : Failed).UnionWith(Open);
        Open.Clear();
    }

    public void Dispose()
    {
        bool isWhole = IsWholeRun(Environment.GetCommandLineArgs());
        var missed = new List<string>();
        var lines = new List<string>();
        foreach (DTypePolicy precision in new[] { DTypePolicy.Float64, DTypePolicy.Float32 })
        {
            IReadOnlyList<string> expected = Expected(precision);
            string[] unmet = [.. expected.Where(path => !Passed.Contains((path, precision)) || Failed.Contains((path, precision))).Order(StringComparer.Ordinal)];
            lines.Add($"oracle cases met in {precision}: {expected.Count - unmet.Length} of {expected.Count}");
            missed.AddRange(unmet.Select(path => $"{path} in {precision}"));
        }

        lines.ForEach(Console.WriteLine);
        File.WriteAllLines(Path.Combine(AppContext.BaseDirectory, "oracle-cases.txt"), lines);
        if (isWhole && missed.Count > 0)
            throw new InvalidOperationException($"GoldenLedger: every case must be met by a test that passed, but these were not: {string.Join(", ", missed)}.");
    }

    // A run of some tests cannot meet all cases.
    private static bool IsWholeRun(IEnumerable<string> arguments) => !arguments.Any(Filter().IsMatch);

    // Of dotnet test, of the test program itself, and of editors and Stryker, which name the tests over a connection.
    [GeneratedRegex("^--?(filter|class|namespace|method|trait|displayName|id|client-port)")]
    private static partial Regex Filter();

    private static string[] Folders() => [.. GoldenTolerance.Cases.Select(path => path[..path.IndexOf('/', StringComparison.Ordinal)]).Distinct()];
}
