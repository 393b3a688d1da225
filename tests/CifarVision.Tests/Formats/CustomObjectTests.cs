using System.Text.Json.Nodes;
using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Serialization;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

/// <summary>A user's own classes of every kind come back from every format.</summary>
public sealed class CustomObjectTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".keras")]
    [InlineData(".h5")]
    public void Load_ClassesOfEveryKind_ComeBackWithTheirSettings(string ending)
    {
        string path = SaveOwn(ending);

        CustomObject[] own =
        [
            CustomObject.Of(config => new Scale(config["factor"]!.GetValue<double>())),
            CustomObject.Of(_ => new Ramp()),
            CustomObject.Of(config => new Cap(config["limit"]!.GetValue<double>())),
            CustomObject.Of(_ => new Cubic()),
            CustomObject.Of(_ => new Largest()),
            CustomObject.Of(_ => new Signs()),
        ];
        using Sequential model = Sequential.Load(path, customObjects: own);

        var scale = Assert.IsType<Scale>(model.GetLayer("twice"));
        Assert.Equal(2, scale.Factor);
        Assert.False(scale.Trainable);
        var dense = Assert.IsType<Dense>(model.GetLayer(1));
        Assert.IsType<Ramp>(dense.KernelInitializer);
        Assert.Equal(0.5, Assert.IsType<Cap>(dense.KernelRegularizer).Limit);
        Assert.IsType<Signs>(model.Optimizer);
        Assert.Equal(["loss", "largest", "cubic"], model.TestOnBatch(np.ones(new Shape(2, 3)), np.ones(new Shape(2, 4))).Keys);
        Near.Absolute(np.array(new float[,] { { 27, 33, 39, 45 } }), model.Predict(np.ones(new Shape(1, 3))), 0);
    }

    [Fact]
    public void SaveKeras_OwnLayer_CarriesARegisteredName()
    {
        JsonNode layer = KerasFiles.Config(SaveOwn(".keras"))["config"]!["layers"]![1]!;

        Assert.Null(layer["module"]);
        Assert.Equal("Scale", layer["class_name"]!.GetValue<string>());
        Assert.Equal("CifarVision>Scale", layer["registered_name"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(".keras")]
    [InlineData(".h5")]
    public void Load_WithoutCustomObjects_NamesLayerAndClass(string ending)
    {
        string path = SaveOwn(ending);

        var error = Assert.Throws<InvalidDataException>(() => Sequential.Load(path));

        Assert.Contains("Scale 'twice': there is no layer of this class.", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Pass a class of your own as CustomObject.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ClassMadeAsAnotherKind_SaysSo()
    {
        string path = SaveOwn(".keras");

        var error = Assert.Throws<InvalidDataException>(() => Sequential.Load(path, [CustomObject.Of(_ => new Cubic(), "Scale")]));

        Assert.Contains("CustomObject: Scale must make a Layer, but made Cubic.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MakerThatMissesAKey_SaysWhichClassAndConfig()
    {
        string path = SaveOwn(".keras");

        var error = Assert.Throws<InvalidDataException>(() => Sequential.Load(path, [CustomObject.Of(config => new Scale(config["size"]!.GetValue<double>()))]));

        Assert.Contains("CustomObject: Scale could not be made from {\"name\":\"twice\",", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NameOfAKerasPackage_FindsItsClass()
    {
        var model = Sequential.FromJson(
            """{"class_name": "Sequential", "config": {"layers": [{"module": "mine", "class_name": "Twice", "config": {"name": "t"}, "registered_name": "Mine>Twice"}]}}""",
            [CustomObject.Of(_ => new Scale(2), "Mine>Twice")]);

        Assert.IsType<Scale>(model.GetLayer("t"));
    }

    [Fact]
    public void Of_OneNameTwice_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => Sequential.FromJson("{}", [CustomObject.Of(_ => new Scale(1)), CustomObject.Of(_ => new Scale(2))]));

        Assert.StartsWith("CustomObject: class names must be unique, but there is a second 'Scale'.", error.Message, StringComparison.Ordinal);
    }

    private string SaveOwn(string ending)
    {
        using var model = new Sequential(3, new Scale(2, "twice") { Trainable = false }, new Dense(4, kernelInitializer: new Ramp(), kernelRegularizer: new Cap(0.5)));
        model.Compile(new Signs(), new Cubic(), [new Largest(), new MeanLoss(new Cubic())]);
        string path = _folder.File("own" + ending);
        model.Save(path);
        return path;
    }

    private sealed class Scale(double factor, string? name = null) : Layer(name)
    {
        public double Factor => factor;

        public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

        public override JsonObject GetConfig()
        {
            JsonObject config = base.GetConfig();
            config["factor"] = factor;
            return config;
        }

        protected override Tensor ForwardCore(Tensor x, bool training) => x.Multiply(factor);
    }

    private sealed class Ramp : Initializer
    {
        protected override void Generate(Span<float> values, TensorShape shape, RandomStream random)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = i + 0.5f;
        }
    }

    private sealed class Cap(double limit) : Regularizer
    {
        public double Limit => limit;

        public override Tensor Call(Tensor weight) => weight.ClampMin(limit).sum();

        public override JsonObject GetConfig() => new() { ["limit"] = limit };
    }

    private sealed class Cubic : Loss
    {
        protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => (yTrue - yPred).abs().Power(3);
    }

    private sealed class Largest() : MeanMetric("largest")
    {
        protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => yPred.amax([-1]);
    }

    private sealed class Signs() : Optimizer(0.01)
    {
        protected override void Update(Weight weight, Tensor gradient, double learningRate) => weight.Value.AddInPlace(gradient.sign(), -learningRate);
    }
}
