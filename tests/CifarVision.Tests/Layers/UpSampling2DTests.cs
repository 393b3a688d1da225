using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class UpSampling2DTests
{
    [Theory]
    [InlineData(Interpolation.Nearest)]
    [InlineData(Interpolation.Bilinear)]
    public void Contract_Holds(Interpolation interpolation) => LayerContract.Check(() => new UpSampling2D((2, 3), interpolation), (2, 3, 2));

    [Fact]
    public void Forward_Nearest_RepeatsRowsAndColumns() => Near.Absolute(
        np.array(new float[] { 1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2 }).reshape(1, 2, 6, 1), new UpSampling2D((2, 3)).Call(np.array(new float[] { 1, 2 }).reshape(1, 1, 2, 1)), 0);

    [Fact]
    public void Forward_Bilinear_HasCentersAtHalfCoordinates() => Near.Absolute(
        np.array(new float[] { 0, 1, 3, 4 }).reshape(1, 1, 4, 1), new UpSampling2D((1, 2), Interpolation.Bilinear).Call(np.array(new float[] { 0, 4 }).reshape(1, 1, 2, 1)), 1e-6);

    [Fact]
    public void Create_NoArguments_DoublesBothSides() => Assert.Equal((6, 8, 1), new UpSampling2D().ComputeOutputShape((3, 4, 1)));

    [Fact]
    public void Create_FactorBelowOne_IsRejected() => Assert.Equal("size", Assert.Throws<ArgumentOutOfRangeException>(() => new UpSampling2D((1, 0))).ParamName);

    [Fact]
    public void Create_NoInterpolation_IsRejected() => Assert.StartsWith(
        "UpSampling2D: interpolation must be Nearest or Bilinear, but was 7.", Assert.Throws<ArgumentOutOfRangeException>(() => new UpSampling2D(2, (Interpolation)7)).Message, StringComparison.Ordinal);

    [Fact]
    public void Build_Features_IsRejected() => Assert.Contains("Give it images.", Assert.Throws<ArgumentException>(() => new UpSampling2D().Build(5)).Message, StringComparison.Ordinal);

    [Fact]
    public void FromConfig_Bicubic_IsRefused()
    {
        var config = new System.Text.Json.Nodes.JsonObject { ["interpolation"] = "bicubic" };

        Assert.Contains("interpolation must be one of Nearest, Bilinear", Assert.Throws<InvalidDataException>(() => LayerFactory.FromConfig("UpSampling2D", config)).Message, StringComparison.Ordinal);
    }
}
