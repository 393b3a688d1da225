using CifarVision.Runtime.Natives;

namespace CifarVision.Tests.Runtime.Natives;

public class OpenMPThreadsTests
{
    private const string TwoProcessors = "cpu  1 2 3\ncpu0 1 2 3\ncpu1 1 2 3\nintr 5\nprocs_running {0}\nprocs_blocked 0\n";

    [Theory]
    [InlineData(1, 2, false)]
    [InlineData(2, 2, true)]
    [InlineData(2, 1, false)]
    [InlineData(3, 1, true)]
    public void IsBusy_RunnableThreads_CountsThoseOfOthers(int running, int threads, bool busy) =>
        Assert.Equal(busy, OpenMPThreads.IsBusy(TwoProcessors.Replace("{0}", FormattableString.Invariant($"{running}"), StringComparison.Ordinal), threads));

    [Theory]
    [InlineData("")]
    [InlineData("cpu  1 2 3\ncpu0 1 2 3\n")]
    [InlineData("procs_running 9\n")]
    [InlineData("cpu0 1\nprocs_running many\n")]
    public void IsBusy_NotTheUsualText_IsFalse(string stat) => Assert.False(OpenMPThreads.IsBusy(stat, 8));

    [Fact]
    public void NativeVariable_OfTheProcess_IsWhatItWasStartedWith()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "libc is Unix's");

        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), OpenMPThreads.NativeVariable("PATH"));
        Assert.Null(OpenMPThreads.NativeVariable("CIFARVISION_NO_SUCH_VARIABLE"));
    }
}
