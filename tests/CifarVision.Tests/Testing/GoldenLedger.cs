namespace CifarVision.Tests.Testing;

/// <summary>Which golden cases were run; says at the end of the run how many of how many.</summary>
public sealed class GoldenLedger : IDisposable
{
    private static readonly HashSet<string> Claimed = [];

    public static IReadOnlyCollection<string> ClaimedPaths => Claimed;

    public static void Claim(string path) => Claimed.Add(path);

    public static IReadOnlyList<string> AllPaths()
    {
        string root = GoldenCase.Locate("");
        return [.. Directory.GetFiles(root, "*.npz", SearchOption.AllDirectories)
            .Select(file => Path.ChangeExtension(Path.GetRelativePath(root, file), null).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];
    }

    public void Dispose() => Console.WriteLine($"oracle cases: {Claimed.Count} of {AllPaths().Count}");
}
