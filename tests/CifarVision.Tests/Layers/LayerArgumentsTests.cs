using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

/// <summary>What every layer refuses, and calls of one layer on inputs of several shapes.</summary>
public class LayerArgumentsTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a/b")]
    public void Constructor_NameThatIsNone_IsRefused(string name) =>
        Assert.Contains($"name must be non-empty and without '/', but was '{name}'.", Assert.Throws<ArgumentException>(() => new Dense(1, name: name)).Message, StringComparison.Ordinal);

    [Fact]
    public void Call_NoTensors_IsRefused() =>
        Assert.Contains("must be called on at least one tensor.", Assert.Throws<ArgumentException>(() => new Add(name: "sum").Call()).Message, StringComparison.Ordinal);

    [Fact]
    public void SetWeights_BeforeBuild_SaysWhatToDo() =>
        Assert.Contains("has no weights before it is built. Call Build with the input shape first.", Assert.Throws<InvalidOperationException>(() => new Dense(1).SetWeights([])).Message, StringComparison.Ordinal);

    [Fact]
    public void Build_WeightOver2Gigabytes_IsRefused()
    {
        var layer = new Dense(1 << 19);
        string message = Assert.Throws<ArgumentException>(() => layer.Build(1 << 10)).Message;

        Assert.Contains("the weight 'kernel' of", message, StringComparison.Ordinal);
        Assert.Contains("must take less than 2 GB, but was (1024, 524288)", message, StringComparison.Ordinal);
        Assert.Empty(layer.Weights);
    }

    [Fact]
    public void Build_OneNumberASample_IsRefusedByNormalizations()
    {
        foreach (Layer layer in (Layer[])[new BatchNormalization(), new GroupNormalization(), new Normalization()])
            Assert.Contains("rank 2", Assert.Throws<ArgumentException>(() => layer.Build(new TensorShape())).Message, StringComparison.Ordinal);
    }

    public static TheoryData<Layer, TensorShape, TensorShape> SharedLayers => new()
    {
        { new Dense(2), (4, 3), (7, 3) },
        { new BatchNormalization(), (4, 3), (7, 3) },
        { new Conv2D(2, 3), (8, 8, 3), (5, 6, 3) },
        { new Sequential((8, 8, 3), new Conv2D(2, 3), new GlobalAveragePooling2D()), (8, 8, 3), (5, 6, 3) },
    };

    [Theory]
    [MemberData(nameof(SharedLayers))]
    public void Call_OnAnotherShapeOfTheSameChannels_SharesTheWeights(Layer layer, TensorShape first, TensorShape second)
    {
        (KerasTensor one, KerasTensor other) = (Keras.Input(first), Keras.Input(second));
        using var model = new Model([one, other], [layer.Call(one), layer.Call(other)]);
        NDArray small = np.ones(new Shape([1, .. second.Dims]), np.float32);
        var alone = new Model(other, model.Outputs[1]);

        Assert.Equal(layer.Weights.Count, model.Weights.Count);
        Near.Absolute(alone.Predict(small), model.Predict([np.ones(new Shape([1, .. first.Dims]), np.float32), small])[1], 0);
    }
}
