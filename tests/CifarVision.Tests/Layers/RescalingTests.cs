using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class RescalingTests
{
    [Fact]
    public void Contract_Holds() => LayerContract.Check(() => new Rescaling(0.5, -1), (2, 2, 3));

    [Fact]
    public void Call_Bytes_GivesFloats()
    {
        NDArray y = new Rescaling(1 / 127.5, -1).Call(np.array(new byte[,] { { 0, 255 } }));

        Near.Absolute(np.array(new float[,] { { -1, 1 } }), y, 1e-6);
    }

    [Fact]
    public void Create_NotANumber_IsRejected() => Assert.Throws<ArgumentOutOfRangeException>(() => new Rescaling(double.NaN));
}
