using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Layers;

public class ResidualTests
{
    [Fact]
    public void Contract_Holds()
    {
        LayerContract.Check(() => new Residual([new Dense(4, ActivationFunction.Tanh), new Dense(3)]), 3, ["kernel", "bias", "kernel", "bias"]);
        LayerContract.Check(
            () => new Residual([new Conv2D(2, 3, 2, Padding.Same, useBias: false), new BatchNormalization()], [new Conv2D(2, 1, 2)]),
            (2, 2, 2),
            ["kernel", "gamma", "beta", "moving_mean", "moving_variance", "kernel", "bias"]);
    }

    [Fact]
    public void Forward_WithoutShortcut_AddsTheInput()
    {
        var layer = new Residual([new Rescaling(2), new Rescaling(3)]);

        Near.Absolute(np.array(new float[,] { { 7, -14 } }), layer.Call(np.array(new float[,] { { 1, -2 } })), 0);
    }

    [Fact]
    public void Forward_WithShortcut_AddsItsOutput()
    {
        var layer = new Residual([new Rescaling(2)], [new Rescaling(10), new Activation(ActivationFunction.Relu)]);

        Near.Absolute(np.array(new float[,] { { 12, -4 } }), layer.Call(np.array(new float[,] { { 1, -2 } })), 0);
    }

    [Fact]
    public void Forward_Training_ReachesTheLayersInside()
    {
        var layer = new Residual([new Dropout(1)]);
        NDArray x = np.array(new float[,] { { 1, -2 } });

        Near.Absolute(x * 2, layer.Call(x), 0);
        Near.Absolute(x, layer.Call(x, training: true), 0);
    }

    [Fact]
    public void Create_DefaultNames_AreNumberedOverBothPaths()
    {
        var layer = new Residual([new Dense(3), new Dense(3, name: "middle"), new Dense(3)], [new Dense(3)], name: "block");
        layer.Build(3);

        Assert.Equal(["dense", "middle", "dense_1", "dense_2"], layer.Sublayers.Select(inner => inner.Name));
        Assert.Equal("block/dense_2/bias", layer.Weights[^1].Path);
        layer.Rename("block_1", "sequential");
        Assert.Equal("sequential/block_1/dense_1/kernel", layer.Weights[4].Path);
    }

    [Fact]
    public void RegularizationLoss_LayersInside_Count()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new Residual([new Dense(1, kernelRegularizer: new L2(0.5))], [new Dense(1, kernelRegularizer: new L1(2))]);
        layer.Build(1);
        layer.SetWeights([np.array(new float[,] { { 3 } }), np.zeros(new Shape(1), np.float32), np.array(new float[,] { { -4 } }), np.zeros(new Shape(1), np.float32)]);

        Assert.Equal(4.5f + 8f, layer.RegularizationLoss()!.item<float>());
    }

    [Fact]
    public void FromKeras_FrozenLayerInside_StaysFrozen()
    {
        var frozen = new Dense(3) { Trainable = false };
        var layer = new Residual([frozen, new Dense(3)]);

        var loaded = (Residual)LayerFactory.FromKeras(JsonNode.Parse(layer.ToKeras().ToJsonString())!.AsObject());
        loaded.Build(3);

        Assert.Equal([false, true], loaded.Main.Select(inner => inner.Trainable));
        Assert.Equal([false, false, true, true], loaded.Weights.Select(weight => weight.Trainable));
        loaded.Trainable = false;
        Assert.All(loaded.Weights, weight => Assert.False(weight.Trainable));
    }

    [Fact]
    public void FromKeras_LayerOfAUserInside_IsAskedForItsClass()
    {
        var layer = new Residual([new Doubling()]);
        JsonObject saved = JsonNode.Parse(layer.ToKeras().ToJsonString())!.AsObject();

        Layer loaded = LayerFactory.FromKeras(saved, new CustomObjects([CustomObject.Of(_ => new Doubling())]));

        Near.Absolute(np.array(new float[,] { { 3 } }), loaded.Call(np.array(new float[,] { { 1 } })), 0);
        Assert.Equal("CifarVision>Residual", saved["registered_name"]!.GetValue<string>());
        Assert.Throws<InvalidDataException>(() => LayerFactory.FromKeras(saved));
    }

    [Theory]
    [InlineData("""{"main":[]}""")]
    [InlineData("""{"main":[3],"shortcut":[]}""")]
    [InlineData("""{"shortcut":[]}""")]
    public void FromConfig_NoLists_IsRejected(string json) =>
        Assert.Throws<InvalidDataException>(() => LayerFactory.FromConfig("Residual", JsonNode.Parse(json)!.AsObject()));

    [Fact]
    public void Build_PathsOfDifferentShape_IsRejected()
    {
        var error = Assert.Throws<ArgumentException>(() => new Residual([new Conv2D(8, 3)]).Build((6, 6, 3)));
        Assert.StartsWith(
            "Residual: the two paths of 'residual' must give the same shape, but for (None, 6, 6, 3) the main path gave (None, 4, 4, 8) and the shortcut (None, 6, 6, 3).",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Create_Misuse_IsRejected()
    {
        var twice = new Dense(3);
        Assert.Equal("main", Assert.Throws<ArgumentException>(() => new Residual([])).ParamName);
        Assert.Contains("is in it already", Assert.Throws<ArgumentException>(() => new Residual([twice, twice])).Message, StringComparison.Ordinal);
        Assert.Contains("there is a second 'a'", Assert.Throws<ArgumentException>(() => new Residual([new Dense(3, name: "a")], [new Dense(3, name: "a")])).Message, StringComparison.Ordinal);
    }

    private sealed class Doubling : Layer
    {
        public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

        protected override Tensor ForwardCore(Tensor x, bool training) => x * 2;
    }
}
