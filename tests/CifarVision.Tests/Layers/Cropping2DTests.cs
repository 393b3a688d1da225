using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class Cropping2DTests
{
    [Fact]
    public void Contract_FourNumbers_Holds() => LayerContract.Check(() => new Cropping2D(((1, 2), (0, 3))), (5, 5, 2));

    [Fact]
    public void Contract_TwoNumbers_Holds() => LayerContract.Check(() => new Cropping2D((1, 2)), (4, 6, 2));

    [Fact]
    public void Forward_FourNumbers_RemovesEachFromItsSide()
    {
        NDArray y = new Cropping2D(((1, 0), (0, 2))).Call(np.arange(8).astype(np.float32).reshape(1, 2, 4, 1));

        Near.Absolute(np.array(new float[] { 4, 5 }).reshape(1, 1, 2, 1), y, 0);
    }

    [Fact]
    public void Create_NoArguments_RemovesNothing() => Assert.Equal((3, 4, 1), new Cropping2D().ComputeOutputShape((3, 4, 1)));

    [Fact]
    public void Create_NegativeNumber_IsRejected() => Assert.Equal("cropping", Assert.Throws<ArgumentOutOfRangeException>(() => new Cropping2D((-1, 0))).ParamName);

    [Theory]
    [InlineData(2, 0)]
    [InlineData(0, 3)]
    public void Build_NothingLeft_IsRejected(int rows, int columns) => Assert.Contains(
        "must leave a row and a column, but was", Assert.Throws<ArgumentException>(() => new Cropping2D((rows, columns)).Build((4, 6, 1))).Message, StringComparison.Ordinal);

    [Fact]
    public void Build_Features_IsRejected() => Assert.Contains("Give it images.", Assert.Throws<ArgumentException>(() => new Cropping2D().Build(5)).Message, StringComparison.Ordinal);
}
