using CifarVision.Plotting.Lines;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Plotting.Lines;

public sealed class DecadeTicksTests
{
    [Theory]
    [InlineData(-4.1, -0.9, 10, "1e-4 1e-3 1e-2 1e-1")]
    [InlineData(-1.05, 0.05, 10, "1e-1 2e-1 5e-1 1e+0")]
    [InlineData(-9.5, 0.5, 4, "1e-9 1e-6 1e-3 1e+0")]
    public void Generate_Logarithms_ArePowersOfTenOrTheirTwosAndFives(double from, double to, int most, string labels)
    {
        using var german = new CultureScope("de-DE");
        Assert.Equal(labels, string.Join(' ', DecadeTicks.Generate(from, to, most).Select(tick => tick.Label)));
    }
}
