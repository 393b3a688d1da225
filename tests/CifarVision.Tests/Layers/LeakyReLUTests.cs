using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class LeakyReLUTests
{
    [Fact]
    public void Contract_Holds() => LayerContract.Check(() => new LeakyReLU(0.1), 6);

    [Fact]
    public void Forward_Default_HasKerasSlope()
    {
        NDArray y = new LeakyReLU().Call(np.array(new float[,] { { -10, 0, 10 } }));

        Near.Absolute(np.array(new float[,] { { -3, 0, 10 } }), y, 1e-6);
    }

    [Fact]
    public void Create_NegativeSlope_IsRejected() => Assert.Throws<ArgumentOutOfRangeException>(() => new LeakyReLU(-0.1));
}
