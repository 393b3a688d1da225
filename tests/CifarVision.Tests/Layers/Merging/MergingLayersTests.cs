using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers.Merging;

/// <summary>Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate and Dot.</summary>
public class MergingLayersTests
{
    private static readonly Dictionary<string, (Func<Layer> Create, TensorShape[] Inputs)> Settings = new()
    {
        ["add"] = (() => new Add(), [(3, 2), (3, 2), (3, 2)]),
        ["add of one"] = (() => new Add(), [5]),
        ["add, other ranks"] = (() => new Add(), [4, (2, 3, 4), (3, 1)]),
        ["subtract"] = (() => new Subtract(), [(3, 2), (3, 2)]),
        ["subtract, broadcast"] = (() => new Subtract(), [(1, 1, 4), (2, 3, 4)]),
        ["custom scale"] = (() => new CustomScaleLayer(0.17), [(3, 2), (3, 2)]),
        ["custom scale, broadcast"] = (() => new CustomScaleLayer(-2), [(2, 3, 4), (1, 1, 4)]),
        ["multiply"] = (() => new Multiply(), [(3, 2), (3, 2), (3, 2)]),
        ["multiply, broadcast"] = (() => new Multiply(), [(2, 3, 4), (1, 1, 4)]),
        ["average"] = (() => new Average(), [(3, 2), (3, 2), (3, 2)]),
        ["average, other ranks"] = (() => new Average(), [(2, 3, 4), 4]),
        ["maximum"] = (() => new Maximum(), [(3, 2), (3, 2), (3, 2)]),
        ["minimum"] = (() => new Minimum(), [(3, 2), (3, 2), (3, 2)]),
        ["concatenate"] = (() => new Concatenate(), [(3, 2), (3, 1), (3, 4)]),
        ["concatenate, rows"] = (() => new Concatenate(axis: 1), [(3, 2), (1, 2)]),
        ["concatenate, columns"] = (() => new Concatenate(axis: -2), [(2, 3, 4), (2, 1, 4)]),
        ["concatenate of one"] = (() => new Concatenate(), [5]),
        ["dot"] = (() => new Dot(axes: 1), [5, 5]),
        ["dot, matrices"] = (() => new Dot(axes: (2, 1)), [(3, 4), (4, 2)]),
        ["dot, matrix and vector"] = (() => new Dot(axes: -1), [(3, 4), 4]),
        ["dot, vector and matrix"] = (() => new Dot(axes: 1), [4, (4, 3)]),
        ["dot, images"] = (() => new Dot(axes: (3, 1)), [(2, 3, 4), (4, 2)]),
        ["dot, cosine"] = (() => new Dot(axes: 1, normalize: true), [(4, 3), (4, 2)]),
    };

    public static TheoryData<string> Names => [.. Settings.Keys];

    public static TheoryData<string> Cases => [.. GoldenCase.PathsIn("merging")];

    internal static IReadOnlyDictionary<string, (Func<Layer> Create, TensorShape[] Inputs)> All => Settings;

    [Theory]
    [MemberData(nameof(Names))]
    public void Contract_Holds(string name)
    {
        (Func<Layer> create, TensorShape[] inputs) = Settings[name];
        LayerContract.Check(() => new CutInput(create(), inputs), CutInput.Whole(inputs), customs: [CutInput.Custom(inputs)]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Layer_CaseOfKeras_GivesItsNumbersInFloat64(string path)
    {
        using var scope = torch.NewDisposeScope();
        GoldenCase golden = GoldenCase.Load(path);
        Layer layer = LayerFactory.FromConfig(golden.ClassName, golden.Config);
        layer.Configure(DTypePolicy.Float64, torch.CPU);
        Tensor[] inputs = [.. Enumerable.Range(0, golden.Json["inputs"]!.GetValue<int>()).Select(i => golden.Tensor($"x_{i}").to(ScalarType.Float64).requires_grad_())];

        Tensor y = Assert.Single(layer.Forward(inputs, training: false));
        (y * golden.Tensor("dy").to(ScalarType.Float64)).sum().backward();

        Near.Relative(golden["y_f64"], y, 1e-9, "y");
        foreach ((int i, Tensor input) in inputs.Index())
            Near.Relative(golden[$"dx_{i}_f64"], input.grad!, 1e-9, $"dx_{i}");
    }

    [Fact]
    public void Forward_VectorWithImages_AlignsTheVectorWithChannels()
    {
        var images = new NDArray(new float[54], new Shape(3, 2, 3, 3));
        var vectors = new NDArray(new float[] { 0, 1, 2, 3, 4, 5, 6, 7, 8 }, new Shape(3, 3));

        NDArray y = new Add().Call([images, vectors]);

        Near.Absolute(np.array(new float[] { 3, 4, 5 }), y["1, 1, 2"], 0);
    }

    [Fact]
    public void Forward_CustomScale_AddsTheScaledSecondInput() =>
        Near.Absolute(np.array(new float[] { 2, 5 }).reshape(1, 2), new CustomScaleLayer(0.5).Call([np.array(new float[] { 1, 3 }).reshape(1, 2), np.array(new float[] { 2, 4 }).reshape(1, 2)]), 1e-6);

    [Fact]
    public void ToKeras_CustomScale_IsOfTheModuleFromWhichKerasImportsIt() => Assert.Equal(
        """{"module":"keras.src.applications.inception_resnet_v2","class_name":"CustomScaleLayer","config":{"name":"custom_scale_layer","trainable":true,"dtype":"float32","scale":0.17},"registered_name":"CustomScaleLayer"}""",
        new CustomScaleLayer(0.17).ToKeras().ToJsonString());

    [Fact]
    public void Create_CustomScaleNotANumber_IsRejected() => Assert.Equal("scale", Assert.Throws<ArgumentOutOfRangeException>(() => new CustomScaleLayer(double.NaN)).ParamName);

    [Fact]
    public void Call_CustomScaleOfThree_IsRefused() =>
        AssertRefused(new CustomScaleLayer(1), "CustomScaleLayer: 'custom_scale_layer' must be given 2 inputs, but was given 3.", 2, 2, 2);

    [Fact]
    public void Call_ShapesThatDoNotBroadcast_AreNamed() =>
        AssertRefused(new Add(), "Add: 'add' must be given inputs of shapes that broadcast, but was given (None, 3, 2) and (None, 4, 2).", (3, 2), (4, 2));

    [Fact]
    public void Call_SubtractOfThree_IsRefused() =>
        AssertRefused(new Subtract(), "Subtract: 'subtract' must be given 2 inputs, but was given 3.", 2, 2, 2);

    [Fact]
    public void Call_ConcatenateOtherShapes_AreNamed() =>
        AssertRefused(new Concatenate(), "Concatenate: 'concatenate' must be given inputs of equal shapes but for axis -1, but was given (None, 3, 2), (None, 4, 2).", (3, 2), (4, 2));

    [Fact]
    public void Call_ConcatenateAlongBatch_IsRefused() =>
        AssertRefused(new Concatenate(axis: 0), "Concatenate: axis must be one of the sample's, but was 0 for (None, 2). Axis 0 is the batch.", 2, 2);

    [Fact]
    public void Call_DotOfOtherLengths_IsRefused() =>
        AssertRefused(new Dot(axes: 1), "Dot: 'dot' must be given inputs of equal length along axes 1 and 1, but was given (None, 2) and (None, 3).", 2, 3);

    [Fact]
    public void Call_DotAlongBatch_IsRefused() =>
        AssertRefused(new Dot(axes: (0, 1)), "Dot: axes must be among the sample's, but was 0 for (None, 2). Axis 0 is the batch.", 2, 2);

    [Fact]
    public void Forward_DotOfAZeroVector_HasAFiniteGradient()
    {
        using var scope = torch.NewDisposeScope();
        Tensor zero = torch.zeros(1, 3).requires_grad_();

        new Dot(axes: 1, normalize: true).Forward([zero, torch.ones(1, 3)], training: false)[0].sum().backward();

        Assert.True(zero.grad!.isfinite().all().item<bool>());
    }

    private static void AssertRefused(Layer layer, string message, params TensorShape[] inputs) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => layer.Call([.. inputs.Select(shape => Keras.Input(shape))])).Message);
}
