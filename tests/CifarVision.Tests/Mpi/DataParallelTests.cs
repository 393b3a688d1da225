using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Mpi;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Mpi;

/// <summary>Runs on several processes, under mpirun, held against one process.</summary>
public class DataParallelTests
{
    // Sums of other parts of a batch round otherwise, and three epochs of training let the differences grow.
    private const double Rounding = 1e-5;

    [Fact]
    public void Fit_WorldOfOne_EqualsNoDistribution()
    {
        using MpiWorld world = OneProcess.Start();
        IReadOnlyList<NDArray> expected = Train(null);
        IReadOnlyList<NDArray> found = Train(new DataParallel(world));

        foreach ((NDArray one, NDArray other) in expected.Zip(found))
            Near.Absolute(one, other, 0);
    }

    [Theory]
    [InlineData("lenet", 2)]
    [InlineData("lenet", 3)]
    [InlineData("lenet", 4)]
    [InlineData("random", 2)]
    [InlineData("random", 3)]
    [InlineData("synchronized", 2)]
    [InlineData("synchronized", 3)]
    public void Fit_SeveralRanks_EqualOneProcess(string model, int ranks)
    {
        MpiRun.Require();
        using var one = new TemporaryFolder();
        using var several = new TemporaryFolder();
        Complete(0, one, model);
        Complete(ranks, several, model);

        for (int rank = 0; rank < ranks; rank++)
        {
            Near.Relative(Predictions(one, 0), Predictions(several, rank), Rounding);
            AssertNear(History(one, 0), History(several, rank));
            AssertNear(Result(one, 0)["evaluation"]!, Result(several, rank)["evaluation"]!);
            AssertWeightsNear(one.File("rank0.npz"), several.File($"rank{rank}.npz"));
            Assert.Equal(File.ReadAllBytes(several.File("rank0.npz")), File.ReadAllBytes(several.File($"rank{rank}.npz")));

            // Callbacks ran on rank 0 alone, and what they decided holds for all.
            Assert.Equal(rank == 0 ? 3 : 0, (int)Result(several, rank)["hooks"]!);
            Assert.Equal(0.025, (double)Result(several, rank)["rate"]!);
        }

        Assert.Equal(4, File.ReadAllLines(several.File("log.csv")).Length);
    }

    [Theory]
    [InlineData("random", 3)]
    [InlineData("normalized", 2)]
    [InlineData("synchronized", 3)]
    public void Fit_SameSeedAndRanksTwice_SameBits(string model, int ranks)
    {
        MpiRun.Require();
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        Complete(ranks, first, model);
        Complete(ranks, second, model);

        for (int rank = 0; rank < ranks; rank++)
        {
            Assert.Equal(File.ReadAllBytes(first.File("rank0.npz")), File.ReadAllBytes(second.File($"rank{rank}.npz")));
            Assert.Equal(File.ReadAllText(first.File("rank0.history.json")), File.ReadAllText(second.File($"rank{rank}.history.json")));
        }
    }

    [Theory]
    [InlineData("random")]
    [InlineData("synchronized")]
    public void Fit_FewerRowsThanRanks_EqualsOneProcess(string model)
    {
        MpiRun.Require();
        using var one = new TemporaryFolder();
        using var several = new TemporaryFolder();
        // 50 rows make batches of 24, 24 and 2.
        Complete(0, one, model, "--rows", "50");
        Complete(3, several, model, "--rows", "50");

        AssertWeightsNear(one.File("rank0.npz"), several.File("rank0.npz"));
        AssertNear(History(one, 0), History(several, 2));
    }

    [Theory]
    [InlineData("seed", "Fit: the seed must be the same in all processes, but was 7 on rank 0 and 8 on rank 1.")]
    [InlineData("data", "Fit: the digest of 64 training images must be the same in all processes, but was")]
    [InlineData("model", "Fit: the layer")]
    public void Fit_OneRankDiffers_AllRanksSayInWhat(string odd, string message)
    {
        MpiRun.Require();
        using var folder = new TemporaryFolder();
        (int exitCode, string output) = MpiRun.Run(2, "train", folder.Path, "--model", "random", "--odd", odd);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(message, output, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OneRankEndsEarly_TheOthersSayWhich()
    {
        MpiRun.Require();
        using var folder = new TemporaryFolder();
        (int exitCode, string output) = MpiRun.Run(2, "train", folder.Path, "--odd", "end");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("MpiWorld: every rank must make the same calls until the end, but rank 1 has ended while rank 0 still waits for it.", output, StringComparison.Ordinal);
    }

    private static IReadOnlyList<NDArray> Train(DataParallel? distribution)
    {
        TorchRuntime.SetSeed(3);
        (NDArray x, NDArray y) = TinyTask.Arrays();
        using Sequential model = TinyTask.Model();
        model.Compile(new SGD(0.1), new CategoricalCrossentropy(), [new Accuracy()], distribution: distribution);
        model.Fit(x, y, batchSize: 20, epochs: 2, verbose: 0);
        return model.GetWeights();
    }

    private static void Complete(int ranks, TemporaryFolder folder, string model, params IEnumerable<string> arguments)
    {
        (int exitCode, string output) = MpiRun.Run(ranks, ["train", folder.Path, "--model", model, .. arguments]);
        Assert.True(exitCode == 0, output);
    }

    private static NDArray Predictions(TemporaryFolder folder, int rank) => (NDArray)np.load(folder.File($"rank{rank}.predictions.npy"));

    private static JsonNode Result(TemporaryFolder folder, int rank) => JsonNode.Parse(File.ReadAllText(folder.File($"rank{rank}.json")))!;

    private static JsonNode History(TemporaryFolder folder, int rank) => JsonNode.Parse(File.ReadAllText(folder.File($"rank{rank}.history.json")))!["history"]!;

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

    private static void AssertWeightsNear(string expected, string found)
    {
        using NpzFile actual = NpzFile.Open(found);
        using NpzFile reference = NpzFile.Open(expected);
        foreach ((string name, StoredArray values) in reference.Arrays)
            Near.Relative(values.Read(), actual.Arrays[name].Read(), Rounding, name);
    }
}
