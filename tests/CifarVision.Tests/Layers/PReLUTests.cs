using System.Text.Json.Nodes;
using CifarVision.Constraints;
using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class PReLUTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("1 2")]
    [InlineData("3")]
    public void Contract_Holds(string axes)
    {
        int[]? sharedAxes = axes == "none" ? null : [.. axes.Split(' ').Select(int.Parse)];
        LayerContract.Check(() => new PReLU(new Constant(0.25), new L2(0.01), new NonNeg(), sharedAxes), (2, 3, 4), ["alpha"]);
    }

    [Fact]
    public void Build_SharedAxes_GivesOneAlphaAlongEach()
    {
        var layer = new PReLU(sharedAxes: [1, 2]);
        layer.Build((5, 6, 3));

        Assert.Equal([1, 1, 3], layer.Weights[0].Value.shape);
        Assert.Equal([5, 6, 3], Built(new PReLU()).Weights[0].Value.shape);
    }

    [Fact]
    public void Forward_NegativeValues_AreMultipliedByTheirAlpha()
    {
        var layer = new PReLU(sharedAxes: [1, 2]);
        layer.Build((1, 2, 2));
        layer.SetWeights([np.array(new float[,,] { { { 0.5f, 2 } } })]);

        NDArray y = layer.Call(np.array(new float[,,,] { { { { -1, -1 }, { 3, -4 } } } }));

        Near.Absolute(np.array(new float[,,,] { { { { -0.5f, -2 }, { 3, -8 } } } }), y, 0);
    }

    [Fact]
    public void Call_ImagesOfAnotherSize_AreTakenIfTheAxesAreShared()
    {
        KerasTensor Twice(PReLU layer)
        {
            layer.Call(Keras.Input((5, 6, 3)));
            return layer.Call(Keras.Input((2, 2, 3)));
        }

        Assert.Equal((2, 2, 3), Twice(new PReLU(sharedAxes: [1, 2])).Shape);
        Assert.Throws<InvalidOperationException>(() => Twice(new PReLU(sharedAxes: [1])));
        Assert.Throws<InvalidOperationException>(() => Twice(new PReLU()));
    }

    [Fact]
    public void FromConfig_AxisAsANumber_IsRead()
    {
        var config = new JsonObject { ["name"] = "p_re_lu", ["shared_axes"] = 1 };

        Assert.Equal([1], ((PReLU)LayerFactory.FromConfig("PReLU", config)).SharedAxes);
    }

    [Fact]
    public void RegularizationLoss_OfAlpha_IsCounted()
    {
        var layer = new PReLU(new Constant(2), new L2(0.5));
        layer.Build(3);

        Assert.Equal(6f, layer.RegularizationLoss()!.item<float>());
    }

    [Fact]
    public void Create_AxisOfTheBatch_IsRejected() =>
        Assert.StartsWith("PReLU: sharedAxes must be at least 1, but was 0.", Assert.Throws<ArgumentOutOfRangeException>(() => new PReLU(sharedAxes: [0])).Message, StringComparison.Ordinal);

    [Fact]
    public void Build_AxisThatTheInputLacks_IsRejected() => Assert.StartsWith(
        "PReLU: sharedAxes must be axes of the input, but was 2 for (None, 5). Axis 0 is the batch.", Assert.Throws<ArgumentException>(() => new PReLU(sharedAxes: [1, 2]).Build(5)).Message, StringComparison.Ordinal);

    private static PReLU Built(PReLU layer)
    {
        layer.Build((5, 6, 3));
        return layer;
    }
}
