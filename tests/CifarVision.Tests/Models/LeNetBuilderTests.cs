using CifarVision.Models;
using CifarVision.Runtime;

namespace CifarVision.Tests.Models;

public class LeNetBuilderTests
{
    [Fact]
    public void Create_Cifar10_HasTheClassicSizes()
    {
        using Sequential model = LeNetBuilder.Create((32, 32, 3), 10);

        Assert.Equal(62_006, model.CountParams());
        Assert.Equal(
            [new TensorShape(28, 28, 6), new(14, 14, 6), new(10, 10, 16), new(5, 5, 16), new(400), new(120), new(84), new(10)],
            model.Layers.Select(layer => layer.OutputShape));
    }

    [Fact]
    public void Create_TooSmall_SaysWhatIsNeeded() =>
        Assert.Contains("sides of at least 16, but was (None, 15, 16, 3)", Assert.Throws<ArgumentException>(() => LeNetBuilder.Create((15, 16, 3), 10)).Message, StringComparison.Ordinal);
}
