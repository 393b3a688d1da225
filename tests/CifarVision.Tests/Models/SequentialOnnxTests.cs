using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Tests.Extension;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Models;

/// <summary>Whole models as ONNX, and the examples of docs/deploying.md.</summary>
public sealed class SequentialOnnxTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder.File("model.onnx");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("AlexNet")]
    [InlineData("LeNet")]
    [InlineData("ResNet20")]
    [InlineData("VGG")]
    public void ExportOnnx_ReadyModel_PredictsTheSame(string name)
    {
        TorchRuntime.SetSeed(1);
        TensorShape shape = (32, 32, 3);
        using Model model = name switch
        {
            "AlexNet" => AlexNetBuilder.Create(shape, 10),
            "LeNet" => LeNetBuilder.Create(shape, 10),
            "ResNet20" => ResNetBuilder.Create(shape, 10),
            _ => VggBuilder.Create(shape, 10),
        };
        model.ExportOnnx(File);

        foreach (int count in new[] { 1, 5 })
        {
            NDArray x = OnnxRun.Numbers(shape, count);
            double difference = OnnxRun.Difference(model.Predict(x), OnnxRun.Predict(File, x));
            TestContext.Current.TestOutputHelper!.WriteLine($"{name}, batch {count}: {difference:E2}, largest probability {Near.Doubles(model.Predict(x)).Max():F3}");
            Assert.InRange(difference, 0, 1e-5);
        }
    }

    [Fact]
    public void ExportOnnx_LayersOfYourOwn_PredictTheSame()
    {
        using Sequential model = OwnModel.Create();
        model.ExportOnnx(File);

        NDArray x = OnnxRun.Numbers(model.InputShape, 5);
        Near.Absolute(model.Predict(x), OnnxRun.Predict(File, x), 1e-5);
    }

    [Theory]
    [InlineData(DTypePolicy.Float64)]
    [InlineData(DTypePolicy.MixedBFloat16)]
    public void ExportOnnx_OtherPrecision_IsFloat32(DTypePolicy precision)
    {
        using var model = new Sequential((8, 8, 3), new Normalization(mean: [0.5], variance: [0.25]), new Conv2D(4, 3), new Flatten(), new Dense(10));
        NDArray x = OnnxRun.Numbers(model.InputShape, 5);
        NDArray expected = model.Predict(x);
        model.Compile(new SGD(), new MeanSquaredError(), precision: precision);

        model.ExportOnnx(File);

        Near.Absolute(expected, OnnxRun.Predict(File, x), 1e-5);
    }

    [Fact]
    public void ExportOnnx_Chain_TransposesOnceEachWay()
    {
        using var model = new Sequential(
            (8, 8, 3),
            new Conv2D(4, 3, padding: Padding.Same),
            new BatchNormalization(),
            new Activation(ActivationFunction.Gelu),
            ResidualModel.Create((8, 8, 4), [new Conv2D(4, 3, padding: Padding.Same)]),
            new ReLU(maxValue: 6),
            new MaxPooling2D());
        model.ExportOnnx(File);

        ModelProto written = ModelProto.Parser.ParseFrom(System.IO.File.ReadAllBytes(File));

        Assert.Equal(2, written.Graph.Node.Count(node => node.OpType == "Transpose"));
    }

    [Fact]
    public void ExportOnnx_ClassesAndScale_AreMetadata()
    {
        using var model = new Sequential(4, new Dense(2, ActivationFunction.Softmax));
        model.ExportOnnx(File, ["cat", "dog"], inputScale: 1 / 255.0);

        IReadOnlyDictionary<string, string> metadata = OnnxRun.Metadata(File);

        Assert.Equal("""["cat","dog"]""", metadata["class_names"]);
        Assert.Equal("0.00392156862745098", metadata["input_scale"]);
    }

    [Fact]
    public void ExportOnnx_LayerWithoutExport_IsNamed()
    {
        using var model = new Sequential(4, new Dense(2), new Mystery());

        var error = Assert.Throws<NotSupportedException>(() => model.ExportOnnx(File));

        Assert.Equal("Mystery: 'mystery' must say what it is in ONNX, but does not. Override ExportOnnxCore, or take the layer out of the model.", error.Message);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public void ExportOnnx_WrongArguments_AreNamed()
    {
        using var model = new Sequential(4, new Dense(2));
        using var unbuilt = new Sequential(new Dense(2));

        Assert.Contains("path must end with .onnx, but was 'm.keras'", Assert.Throws<ArgumentException>(() => model.ExportOnnx("m.keras")).Message, StringComparison.Ordinal);
        Assert.Contains("a name for each output of (None, 2), but had 1", Assert.Throws<ArgumentException>(() => model.ExportOnnx(File, ["cat"])).Message, StringComparison.Ordinal);
        Assert.Contains("inputScale must be finite", Assert.Throws<ArgumentOutOfRangeException>(() => model.ExportOnnx(File, inputScale: double.NaN)).Message, StringComparison.Ordinal);
        Assert.Contains("ExportOnnx must come after the model is built", Assert.Throws<InvalidOperationException>(() => unbuilt.ExportOnnx(File)).Message, StringComparison.Ordinal);
    }

    private sealed class Mystery() : Layer
    {
        public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

        protected override Tensor ForwardCore(Tensor x, bool training) => x;
    }
}
