using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

public class MobileNetV2BuilderTests
{
    // Keras' counts for weights=None.
    [Theory]
    [InlineData(1.0, 1000, 3_538_984)]
    [InlineData(0.35, 10, 423_018)]
    [InlineData(1.4, 1000, 6_156_712)]
    public void Create_Alpha_HasTheParametersOfKeras(double alpha, int classes, long parameters)
    {
        using Model model = MobileNetV2Builder.Create((32, 32, 3), classes, alpha);

        Assert.Equal(parameters, model.CountParams());
    }

    [Fact]
    public void Create_OddSides_PadsBothSides()
    {
        using Model model = MobileNetV2Builder.Create((75, 64, 3), 10);

        Assert.Equal(new TensorShape(3, 2, 1280), model.GetLayer("out_relu").OutputShape);
        Assert.Equal("""[[0,1],[0,1]]""", model.GetLayer("block_1_pad").GetConfig()["padding"]!.ToJsonString());
        Assert.Equal("""[[1,1],[0,1]]""", model.GetLayer("block_3_pad").GetConfig()["padding"]!.ToJsonString());
    }

    [Fact]
    public void Create_Blocks_AddTheirInputWhereShapesAllow()
    {
        using Model model = MobileNetV2Builder.Create((32, 32, 3), 10);

        Assert.Equal([2, 4, 5, 7, 8, 9, 11, 12, 14, 15], model.Layers.OfType<Add>().Select(layer => int.Parse(layer.Name.Split('_')[1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void PreprocessInput_Bytes_AreScaledToMinusOneToOne()
    {
        NDArray x = MobileNetV2Builder.PreprocessInput(np.array(new byte[] { 0, 51, 255 }));

        Near.Absolute(np.array(new float[] { -1, -0.6f, 1 }), x, 1e-7);
        Assert.Equal(typeof(float), x.dtype);
    }

    [Fact]
    public void Create_WrongUse_SaysWhatIsNeeded()
    {
        Assert.Contains("sides of at least 32, but was (None, 31, 32, 3)", Assert.Throws<ArgumentException>(() => MobileNetV2Builder.Create((31, 32, 3), 10)).Message, StringComparison.Ordinal);
        Assert.StartsWith("MobileNetV2Builder: alpha must be over 0, but was 0.", Assert.Throws<ArgumentOutOfRangeException>(() => MobileNetV2Builder.Create((32, 32, 3), 10, 0)).Message, StringComparison.Ordinal);
    }
}
