using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class ReLUTests
{
    public static TheoryData<double?, double, double, float[]> Formulas => new()
    {
        // maxValue, negativeSlope, threshold; the outputs for -4, -1, 0.5, 1, 3, 9
        { null, 0, 0, [0, 0, 0.5f, 1, 3, 9] },
        { 6, 0, 0, [0, 0, 0.5f, 1, 3, 6] },
        { null, 0.5, 0, [-2, -0.5f, 0.5f, 1, 3, 9] },
        { null, 0, 1, [0, 0, 0, 0, 3, 9] },
        { 2, 0.5, 1, [-2.5f, -1, -0.25f, 0, 2, 2] },
    };

    [Theory]
    [InlineData(null, 0, 0)]
    [InlineData(0.6, 0.1, 0.25)]
    public void Contract_Holds(double? maxValue, double negativeSlope, double threshold) =>
        LayerContract.Check(() => new ReLU(maxValue, negativeSlope, threshold), 6);

    [Theory]
    [MemberData(nameof(Formulas))]
    public void Forward_AnySettings_IsKerasFormula(double? maxValue, double negativeSlope, double threshold, float[] expected)
    {
        NDArray y = new ReLU(maxValue, negativeSlope, threshold).Call(np.array(new float[,] { { -4, -1, 0.5f, 1, 3, 9 } }));

        Near.Absolute(np.array(expected).reshape(1, 6), y, 1e-6);
    }

    [Theory]
    [InlineData(-1.0, 0, 0)]
    [InlineData(null, -0.1, 0)]
    [InlineData(null, 0, -0.1)]
    public void Create_NegativeNumber_IsRejected(double? maxValue, double negativeSlope, double threshold) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReLU(maxValue, negativeSlope, threshold));
}
