using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class IdentityTests
{
    [Fact]
    public void Contract_Holds() => LayerContract.Check(() => new Identity(), (2, 3));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Forward_AnyInput_ChangesNothing(bool training)
    {
        NDArray x = np.array(new float[,] { { 1, -2, 3 } });

        Near.Absolute(x, new Identity().Call(x, training), 0);
    }
}
