using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Mpi;

/// <summary>Runs CifarVision.MpiTest to its end, and compares the files that its processes write.</summary>
internal static class MpiResults
{
    // Sums of other parts of a batch round otherwise, and three epochs of training let the differences grow.
    private const double Rounding = 1e-5;

    /// <summary>Trains to the end, each rank writing its files into a folder.</summary>
    public static void Complete(int ranks, TemporaryFolder folder, string model, params IEnumerable<string> arguments)
    {
        (int exitCode, string output) = MpiRun.Run(ranks, ["train", folder.Path, "--model", model, .. arguments]);
        Assert.True(exitCode == 0, output);
    }

    /// <summary>Asserts that a rank found what one process did: history, evaluations, predictions and weights.</summary>
    public static void AssertNear(TemporaryFolder one, TemporaryFolder several, int rank)
    {
        Near.Relative(Predictions(one, 0), Predictions(several, rank), Rounding);
        AssertNear(History(one, 0), History(several, rank));
        AssertNear(Result(one, 0)["evaluation"]!, Result(several, rank)["evaluation"]!);
        AssertNear(Result(one, 0)["averaged"]!, Result(several, rank)["averaged"]!);
        using NpzFile actual = NpzFile.Open(several.File($"rank{rank}.npz"));
        using NpzFile reference = NpzFile.Open(one.File("rank0.npz"));
        foreach ((string name, StoredArray values) in reference.Arrays)
            Near.Relative(values.Read(), actual.Arrays[name].Read(), Rounding, name);
    }

    /// <summary>What else a rank found.</summary>
    public static JsonNode Result(TemporaryFolder folder, int rank) => JsonNode.Parse(File.ReadAllText(folder.File($"rank{rank}.json")))!;

    private static NDArray Predictions(TemporaryFolder folder, int rank) => (NDArray)np.load(folder.File($"rank{rank}.predictions.npy"));

    /// <summary>Returns the values of the epochs as a rank saved them.</summary>
    public static JsonNode History(TemporaryFolder folder, int rank) => JsonNode.Parse(File.ReadAllText(folder.File($"rank{rank}.history.json")))!["history"]!;

    // Numbers, or lists of numbers, under the same keys.
    private static void AssertNear(JsonNode expected, JsonNode found)
    {
        Assert.Equal(expected.AsObject().Select(pair => pair.Key), found.AsObject().Select(pair => pair.Key));
        foreach ((string key, JsonNode? value) in expected.AsObject())
        {
            double[] wanted = Numbers(value!);
            double[] actual = Numbers(found[key]!);
            Assert.Equal(wanted.Length, actual.Length);
            foreach ((double first, double second) in wanted.Zip(actual))
                Assert.Equal(first, second, Rounding * Math.Max(1, Math.Abs(first)));
        }
    }

    private static double[] Numbers(JsonNode node) => node is JsonArray array ? [.. array.Select(item => item.Deserialize<double>())] : [node.Deserialize<double>()];
}
