using CifarVision.Plotting.Lines;

namespace CifarVision.Tests.Plotting.Lines;

public sealed class LineLookTests
{
    [Fact]
    public void Of_TheFirstSixAndThirty_AreAllDifferent()
    {
        LineLook[] looks = [.. Enumerable.Range(0, 36).Select(LineLook.Of)];
        Assert.Equal(6, looks[..6].Select(look => look.Color).Distinct().Count());
        Assert.Equal(6, looks[..6].Select(look => look.Path).Distinct().Count());
        Assert.Equal(36, looks.Select(look => (look.Color, look.Path)).Distinct().Count());
        Assert.Equal(LineLook.Of(0), LineLook.Of(36));
    }
}
