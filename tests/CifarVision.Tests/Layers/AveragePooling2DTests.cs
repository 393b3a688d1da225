using CifarVision.Layers;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Layers;

public class AveragePooling2DTests
{
    [Theory]
    [InlineData(Padding.Valid, 2, 2)]
    [InlineData(Padding.Same, 2, 2)]
    [InlineData(Padding.Same, 3, 2)]
    [InlineData(Padding.Same, 2, 1)]
    public void Contract_Holds(Padding padding, int size, int stride) =>
        LayerContract.Check(() => new AveragePooling2D(size, stride, padding), (5, 4, 2));

    [Theory]
    [InlineData(2, 1)] // one column is missing behind, none in front
    [InlineData(3, 1)] // one on each side
    public void Forward_Same_LeavesPaddingOutOfTheMean(int size, int stride)
    {
        NDArray y = new AveragePooling2D(size, stride, Padding.Same).Call(np.ones(new Shape(1, 5, 6, 1), np.float32));

        Near.Absolute(np.ones(new Shape(1, 5, 6, 1), np.float32), y, 1e-7);
    }

    [Fact]
    public void Forward_SameOddColumns_IsWorkedOutByHand()
    {
        NDArray x = np.array(new float[] { 1, 2, 4, 8, 16, 32 }).reshape(1, 2, 3, 1);

        NDArray y = new AveragePooling2D(2, 2, Padding.Same).Call(x);

        // (1 + 2 + 8 + 16) / 4, and (4 + 32) / 2 where the window's second column lies outside.
        Near.Absolute(np.array(new float[] { 6.75f, 18 }).reshape(1, 1, 2, 1), y, 0);
    }

    [Fact]
    public void Create_StrideUnderOne_IsRejected()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new AveragePooling2D(2, (1, 0)));

        Assert.StartsWith("AveragePooling2D: strides must be at least 1 in both directions, but was (1, 0).", error.Message, StringComparison.Ordinal);
    }
}
