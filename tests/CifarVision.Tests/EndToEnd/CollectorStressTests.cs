using CifarVision.KillTest;

namespace CifarVision.Tests.EndToEnd;

public class CollectorStressTests
{
    [Fact]
    public void Fits_WhileAnotherThreadCollectsGarbage_DoNotFail()
    {
        var failures = new List<string>();

        CollectorStress.Run(fits: 9, failures.Add);

        Assert.Empty(failures);
    }
}
