using CifarVision.Mpi;
using CifarVision.Training;

namespace CifarVision.Tests.Mpi;

public class MpiWorldTests
{
    [Fact]
    public void Start_NoLauncher_IsAWorldOfOne_AgainAndAgain()
    {
        for (int i = 0; i < 2; i++)
        {
            using MpiWorld world = OneProcess.Start();
            var distribution = new DataParallel(world);
            world.Barrier();
            Span<double> sums = [1, 2];
            distribution.Sum(sums);

            Assert.Equal((0, 1, 0), (world.Rank, world.Size, world.LocalRank));
            Assert.Equal((0, 1), (distribution.Rank, distribution.Size));
            Assert.Equal([1.0, 2.0], sums.ToArray());
            Assert.Equal(3, distribution.Broadcast(3.0));
            Assert.NotEmpty(world.Library);
        }
    }

    [Fact]
    public void MissingMessage_NamesTheLibraryAndThePackage()
    {
        string message = MpiLibrary.MissingMessage(["libmpi.so.40", "libmpi.so.12"]);

        Assert.StartsWith("MpiWorld: libmpi must be installed, but was found under none of the names libmpi.so.40, libmpi.so.12. Install Open MPI", message, StringComparison.Ordinal);
        Assert.Contains("apt-get install openmpi-bin", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Slice_WorldOfOne_IsTheWholeBatch()
    {
        using MpiWorld world = OneProcess.Start();
        Distribution distribution = new DataParallel(world);

        Assert.Equal((0, 32), distribution.Slice(32));
    }
}
