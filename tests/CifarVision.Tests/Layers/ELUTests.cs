using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class ELUTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0.3)]
    public void Contract_Holds(double alpha) => LayerContract.Check(() => new ELU(alpha), 6);

    [Fact]
    public void Forward_AnyAlpha_ApproachesMinusAlpha()
    {
        NDArray y = new ELU(2).Call(np.array(new float[,] { { -100, 0, 10 } }));

        Near.Absolute(np.array(new float[,] { { -2, 0, 10 } }), y, 1e-6);
    }

    [Fact]
    public void GetConfig_Settings_AreInKerasOrder() => Assert.Equal("""{"name":"elu","alpha":0.5,"trainable":true,"dtype":"float32"}""", new ELU(0.5).GetConfig().ToJsonString());

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Create_AlphaNotFinite_IsRejected(double alpha) => Assert.Throws<ArgumentOutOfRangeException>(() => new ELU(alpha));
}
