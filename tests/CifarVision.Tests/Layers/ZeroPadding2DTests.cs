using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class ZeroPadding2DTests
{
    [Fact]
    public void Contract_FourNumbers_Holds() => LayerContract.Check(() => new ZeroPadding2D(((1, 2), (0, 3))), (2, 2, 2));

    [Fact]
    public void Contract_TwoNumbers_Holds() => LayerContract.Check(() => new ZeroPadding2D((1, 2)), (2, 2, 2));

    [Fact]
    public void Forward_FourNumbers_PutsEachOnItsSide()
    {
        NDArray y = new ZeroPadding2D(((1, 0), (0, 2))).Call(np.array(new float[] { 5, 7 }).reshape(1, 1, 2, 1));

        Near.Absolute(np.array(new float[] { 0, 0, 0, 0, 5, 7, 0, 0 }).reshape(1, 2, 4, 1), y, 0);
    }

    [Fact]
    public void Create_NoArguments_PadsByOne() => Assert.Equal((5, 6, 1), new ZeroPadding2D().ComputeOutputShape((3, 4, 1)));

    [Fact]
    public void Create_NegativeNumber_IsRejected() => Assert.Throws<ArgumentOutOfRangeException>(() => new ZeroPadding2D((-1, 0)));
}
