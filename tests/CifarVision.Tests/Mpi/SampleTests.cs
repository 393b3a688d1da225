using CifarVision.Formats;
using CifarVision.History;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Mpi;

/// <summary>The sample AlexNetCifar10 with <c>--distribute mpi</c>.</summary>
public class SampleTests
{
    private const double Rounding = 1e-5;

    [Fact]
    public void DistributeMpi_TwoRanks_WritesTheFilesOfOneProcess()
    {
        MpiRun.Require();
        using var data = new TinyCifar(20);
        using var one = new TemporaryFolder();
        using var two = new TemporaryFolder();
        Run(0, data, one);
        string output = Run(2, data, two, "--distribute", "mpi");

        Assert.Equal(Files(one), Files(two));
        Assert.Equal(File.ReadAllText(one.File("summary.txt")), File.ReadAllText(two.File("summary.txt")));
        Assert.Single(output.Split('\n'), line => line.StartsWith("test accuracy: ", StringComparison.Ordinal));
        TrainingHistory expected = TrainingHistory.LoadJson(one.File("history.json"));
        TrainingHistory found = TrainingHistory.LoadJson(two.File("history.json"));
        Assert.Equal(expected.History.Keys, found.History.Keys);
        foreach ((string key, IReadOnlyList<double> values) in expected.History)
        {
            foreach ((double first, double second) in values.Zip(found.History[key]))
                Assert.Equal(first, second, Rounding * Math.Max(1, Math.Abs(first)));
        }

        using NpzFile weights = NpzFile.Open(two.File("weights.npz"));
        using NpzFile reference = NpzFile.Open(one.File("weights.npz"));
        foreach ((string name, StoredArray values) in reference.Arrays)
            Near.Relative(values.Read(), weights.Arrays[name].Read(), Rounding, name);
    }

    private static string Run(int ranks, TinyCifar data, TemporaryFolder folder, params IEnumerable<string> arguments)
    {
        (int exitCode, string output) = MpiRun.RunProgram(
            "AlexNetCifar10",
            ranks,
            ["--data", data.Folder, "--model", "lenet", "--epochs", "2", "--batch-size", "16", "--seed", "3", "--verbose", "0", "--device", "cpu", "--output", folder.Path, .. arguments]);
        Assert.True(exitCode == 0, output);
        return output;
    }

    private static string[] Files(TemporaryFolder folder) => [.. Directory.GetFiles(folder.Path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
