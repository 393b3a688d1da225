using System.Runtime.CompilerServices;
using CifarVision.Runtime;

namespace CifarVision.Tests.Runtime;

public class ScalarsTests
{
    [Fact]
    public void Kept_OfEachType_IsTheNumber()
    {
        Assert.Equal(-0.25, (-0.25).Kept().ToDouble());
        Assert.Equal(1L << 60, (1L << 60).Kept().ToInt64());
        Assert.Equal(-7, (-7).Kept().ToInt32());
    }

    [Fact]
    public void Kept_LatestOfAThread_SurvivesACollection()
    {
        WeakReference latest = Make();
        Collect();
        Assert.True(latest.IsAlive);

        for (int i = 0; i < 100; i++)
            _ = i.Kept();
        Collect();
        Assert.False(latest.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Make() => new(0.5.Kept());

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
