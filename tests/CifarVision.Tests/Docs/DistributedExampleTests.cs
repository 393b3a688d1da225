using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Mpi;
using CifarVision.Optimizers;
using CifarVision.Tests.Mpi;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Docs;

/// <summary>The example of docs/distributed.md, in a world of one.</summary>
public class DistributedExampleTests
{
    [Fact]
    public void Program_WorldOfOne_Trains()
    {
        OneProcess.Start().Dispose();
        using var folder = new TemporaryFolder();
        string path = folder.File("history.csv");
        (NDArray x, NDArray y) = TinyTask.Arrays();
        using Sequential model = TinyTask.Model();
        using var quiet = new QuietConsole();

        #region program
        using MpiWorld world = MpiWorld.Start();
        model.Compile(new SGD(0.01), new CategoricalCrossentropy(), [new Accuracy()], distribution: new DataParallel(world));
        TrainingHistory history = model.Fit(x, y, batchSize: 32, epochs: 3);
        if (world.Rank == 0)
            history.SaveCsv(path);
        #endregion

        Assert.Equal(4, File.ReadAllLines(path).Length);
    }
}
