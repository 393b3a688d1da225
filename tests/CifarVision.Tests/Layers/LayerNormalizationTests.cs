using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class LayerNormalizationTests
{
    [Fact]
    public void Contract_LastAxis_Holds() => LayerContract.Check(() => new LayerNormalization(), (2, 3, 5), ["gamma", "beta"]);

    [Fact]
    public void Contract_OtherAxes_Holds() => LayerContract.Check(() => new LayerNormalization([1, 3], epsilon: 0.1), (4, 2, 3), ["gamma", "beta"]);

    [Fact]
    public void Contract_NoWeights_Holds() => LayerContract.Check(() => new LayerNormalization([-2, -1], center: false, scale: false), (3, 4));

    /// <summary>A mean of a thousand standard deviations leaves float32 four digits, none of which may be lost; nor in the gradient.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Forward_MeanFarFromZero_LosesNoDigits(int axis) =>
        MomentsFarFromZero.Check(() => new LayerNormalization([axis]), (6, 50));

    [Fact]
    public void Forward_AxisInTheMiddle_NormalizesEachColumn()
    {
        NDArray x = np.array(new float[] { 1, 10, 3, 30 }).reshape(1, 2, 2, 1);

        NDArray y = new LayerNormalization([1], epsilon: 0).Call(x);

        Near.Absolute(np.array(new float[] { -1, -1, 1, 1 }).reshape(1, 2, 2, 1), y, 1e-6);
    }

    [Fact]
    public void Axis_InAnyOrder_IsSortedAsInKeras()
    {
        var layer = new LayerNormalization([3, 1]);
        layer.Build((4, 5, 6));

        Assert.Equal([1, 3], layer.Axis);
        Assert.Equal([4L, 6L], layer.Weights[0].Value.shape);
    }

    [Fact]
    public void Call_OnLargerImages_SharesTheWeightsOfTheLastAxis()
    {
        var layer = new LayerNormalization();
        (KerasTensor small, KerasTensor large) = (Keras.Input((2, 2, 3)), Keras.Input((4, 4, 3)));
        using var model = new Model([small, large], [layer.Call(small), layer.Call(large)]);

        Assert.Equal(2, model.Weights.Count);
        Assert.Throws<InvalidOperationException>(() => layer.Call(Keras.Input((2, 2, 4))));
    }

    [Theory]
    [InlineData(new int[0], "[]")]
    [InlineData(new[] { 1, 1 }, "[1, 1]")]
    [InlineData(new[] { 1, -1 }, "[1, -1]")]
    public void Create_AxesThatAreNone_AreRejected(int[] axis, string said) => Assert.Equal(
        $"LayerNormalization: axis must hold different axes, all counted from the front or all from the end, but was {said}. (Parameter 'axis')",
        Assert.Throws<ArgumentException>(() => new LayerNormalization(axis)).Message);

    [Fact]
    public void Create_NegativeEpsilon_IsRejected() => Assert.Equal("epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new LayerNormalization(epsilon: -1)).ParamName);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-3)]
    public void Build_AxisThatTheSampleLacks_IsRejected(int axis) =>
        Assert.Contains($"must be one of the sample's, but was {axis} for (None, 4, 3).", Assert.Throws<ArgumentException>(() => new LayerNormalization([axis]).Build((4, 3))).Message, StringComparison.Ordinal);

    [Fact]
    public void FromConfig_AxisAsNumber_IsThatOfALayerNotBuilt()
    {
        var config = new System.Text.Json.Nodes.JsonObject { ["axis"] = 3, ["rms_scaling"] = false };

        Assert.Equal([3], Assert.IsType<LayerNormalization>(LayerFactory.FromConfig("LayerNormalization", config)).Axis);
    }

    [Fact]
    public void FromConfig_RmsScaling_IsRefused()
    {
        var config = new System.Text.Json.Nodes.JsonObject { ["rms_scaling"] = true };

        Assert.Contains("rms_scaling is supported only as false", Assert.Throws<InvalidDataException>(() => LayerFactory.FromConfig("LayerNormalization", config)).Message, StringComparison.Ordinal);
    }
}
