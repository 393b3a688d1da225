using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class ReshapeTests
{
    [Fact]
    public void Contract_Shape_Holds() => LayerContract.Check(() => new Reshape((6, 2)), (2, 3, 2));

    [Fact]
    public void Contract_OneAxisFollows_Holds() => LayerContract.Check(() => new Reshape([2, -1]), (2, 3, 2));

    [Fact]
    public void ComputeOutputShape_OneAxisFollows_IsWhatRemains() => Assert.Equal((4, 6), new Reshape([-1, 6]).ComputeOutputShape((2, 3, 4)));

    [Theory]
    [InlineData(5, -1)]
    [InlineData(5, 5)]
    public void Build_OtherNumberOfValues_IsRejected(long first, long second)
    {
        var error = Assert.Throws<ArgumentException>(() => new Reshape([first, second]).Build((2, 3, 4)));

        Assert.StartsWith($"Reshape: targetShape must hold the 24 values of (None, 2, 3, 4), but was ({first}, {second}).", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, -1)]
    [InlineData(0, 2)]
    [InlineData(-2, 2)]
    public void Create_ImpossibleAxis_IsRejected(long first, long second) => Assert.Throws<ArgumentException>(() => new Reshape([first, second]));
}
