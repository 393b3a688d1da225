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
    [InlineData("random", 3)]
    [InlineData("synchronized", 2)]
    [InlineData("synchronized", 3)]
    public void Fit_SeveralRanks_EqualOneProcess(string model, int ranks)
    {
        MpiRun.Require();
        using var one = new TemporaryFolder();
        using var several = new TemporaryFolder();
        MpiResults.Complete(0, one, model);
        MpiResults.Complete(ranks, several, model);

        for (int rank = 0; rank < ranks; rank++)
        {
            MpiResults.AssertNear(one, several, rank);
            Assert.Equal(File.ReadAllBytes(several.File("rank0.npz")), File.ReadAllBytes(several.File($"rank{rank}.npz")));

            // Callbacks ran on rank 0 alone, and what they decided holds for all.
            Assert.Equal(rank == 0 ? 3 : 0, (int)MpiResults.Result(several, rank)["hooks"]!);
            Assert.Equal(0.025, (double)MpiResults.Result(several, rank)["rate"]!);
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
        MpiResults.Complete(ranks, first, model);
        MpiResults.Complete(ranks, second, model);

        for (int rank = 0; rank < ranks; rank++)
        {
            Assert.Equal(File.ReadAllBytes(first.File("rank0.npz")), File.ReadAllBytes(second.File($"rank{rank}.npz")));
            Assert.Equal(MpiResults.History(first, 0).ToJsonString(), MpiResults.History(second, rank).ToJsonString());
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
        MpiResults.Complete(0, one, model, "--rows", "50");
        MpiResults.Complete(3, several, model, "--rows", "50");

        for (int rank = 0; rank < 3; rank++)
            MpiResults.AssertNear(one, several, rank);
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
}
