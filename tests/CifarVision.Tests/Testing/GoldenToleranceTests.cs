namespace CifarVision.Tests.Testing;

public class GoldenToleranceTests
{
    [Fact]
    public void IllConditioned_IsWhatExceedsTheLimit() =>
        Assert.Equal(GoldenTolerance.BeyondLimit().Order(StringComparer.Ordinal), GoldenTolerance.IllConditioned);
}
