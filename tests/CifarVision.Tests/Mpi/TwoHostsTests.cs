using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Mpi;

/// <summary>Runs over a network: two ranks in network namespaces with host names of their own, which an agent in place of ssh enters.</summary>
public class TwoHostsTests
{
    [Fact]
    public void Fit_TwoHosts_EqualsOneProcess()
    {
        const string Model = "random";
        MpiRun.Require();
        using var one = new TemporaryFolder();
        using var two = new TemporaryFolder();
        (int exitCode, string output) = MpiRun.RunOnTwoHosts("train", two.Path, "--model", Model);
        Assert.True(exitCode == 0, output);
        MpiResults.Complete(0, one, Model);

        string[] hosts = ["cv-a", "cv-b"];
        for (int rank = 0; rank < hosts.Length; rank++)
        {
            MpiResults.AssertNear(one, two, rank);
            Assert.StartsWith(hosts[rank], (string?)MpiResults.Result(two, rank)["host"], StringComparison.Ordinal);
        }
    }
}
