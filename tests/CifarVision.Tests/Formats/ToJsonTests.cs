using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Golden;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

/// <summary>The architecture as JSON, against what Keras 3.15.1 writes for the same model.</summary>
public class ToJsonTests
{
    [Fact]
    public void ToJson_UncompiledAlexNet_IsThatOfKeras()
    {
        using Sequential model = AlexNetBuilder.Create((32, 32, 3), 10);

        KerasFiles.AssertSame(Recorded("full_alexnet/to_json_uncompiled.json"), JsonNode.Parse(model.ToJson()));
    }

    [Fact]
    public void ToJson_CompiledAlexNet_IsThatOfKerasOnTensorFlow()
    {
        using Sequential model = AlexNetBuilder.Create((32, 32, 3), 10);
        model.Compile(new SGD(learningRate: 0.01), new CategoricalCrossentropy(), [new Accuracy()]);

        KerasFiles.AssertSame(WithPortableOptimizer(Recorded("full_alexnet/to_json_compiled.json")), JsonNode.Parse(model.ToJson()));
    }

    [Fact]
    public void ToJson_ModelFromItsOwnJson_IsTheSame()
    {
        JsonObject recorded = WithPortableOptimizer(Recorded("saved/alexnet_small.config.json"));

        using Sequential model = Sequential.FromJson(recorded.ToJsonString());

        KerasFiles.AssertSame(recorded, JsonNode.Parse(model.ToJson()));
        Assert.Equal(0.01, model.Optimizer!.LearningRate);
        Assert.Equal(0, model.Optimizer.Iterations);
    }

    [Fact]
    public void ToJson_SynchronizedBatchNormalization_IsReadAndWritten()
    {
        string recorded = Recorded("functional/residual_add/to_json.json").ToJsonString().Replace("\"synchronized\":false", "\"synchronized\":true", StringComparison.Ordinal);

        using Model model = Model.FromJson(recorded);

        Assert.NotEmpty(model.Layers.OfType<BatchNormalization>());
        Assert.All(model.Layers.OfType<BatchNormalization>(), layer => Assert.True(layer.Synchronized));
        Assert.Contains("\"synchronized\":true", model.ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"synchronized\":false", model.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".keras")]
    [InlineData(".h5")]
    public void Save_SynchronizedBatchNormalization_StaysSo(string ending)
    {
        using var folder = new TemporaryFolder();
        using var model = new Sequential(4, new BatchNormalization(synchronized: true), new BatchNormalization());
        model.Save(folder.File($"model{ending}"));

        using Sequential loaded = Sequential.Load(folder.File($"model{ending}"));

        Assert.Equal([true, false], loaded.Layers.OfType<BatchNormalization>().Select(layer => layer.Synchronized));
    }

    [Fact]
    public void ToJson_LayersWhoseConfigChanged_AreAsToday()
    {
        using var model = new Sequential((4, 4, 3), new RandomFlip(FlipMode.Vertical), new SpatialDropout2D(0.5), new Reshape(48));

        JsonArray layers = JsonNode.Parse(model.ToJson())!["config"]!["layers"]!.AsArray();

        const string policy = """{"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": null}""";
        Assert.Equal("channels_last", layers[1]!["config"]!["data_format"]!.GetValue<string>());
        KerasFiles.AssertSame(JsonNode.Parse(policy), layers[1]!["config"]!["dtype"]);
        Assert.Equal("float32", layers[2]!["config"]!["dtype"]!.GetValue<string>());
        Assert.False(layers[3]!.AsObject().ContainsKey("build_config"));
        // Versions before 3.4 refuse what they do not know, so it is not in files.
        Assert.False(model.GetConfig()["layers"]![1]!["config"]!.AsObject().ContainsKey("data_format"));
    }

    [Fact]
    public void ToJson_ColorAugmentations_HaveTheSettingsThatWereAddedLater()
    {
        using var model = new Sequential((4, 4, 3), new RandomContrast(0.5), new RandomContrast(0.5, (0, 1)), new RandomBrightness(0.5));

        JsonObject[] configs = [.. JsonNode.Parse(model.ToJson())!["config"]!["layers"]!.AsArray().Skip(1).Select(layer => layer!["config"]!.AsObject())];

        Assert.Equal([0, 255, 0, 1, 0, 255], configs.SelectMany(config => config["value_range"]!.AsArray().Select(end => end!.GetValue<double>())));
        Assert.All(configs, config => Assert.Equal("channels_last", config["data_format"]!.GetValue<string>()));
    }

    public static TheoryData<string> Resizings => [.. GoldenCase.PathsIn("resizing")];

    [Theory]
    [MemberData(nameof(Resizings))]
    public void ToJson_ResizingOfKeras_HasItsConfig(string path)
    {
        GoldenCase golden = GoldenCase.Load(path);
        using var model = new Sequential((TensorShape)golden["x"].shape[1..], LayerFactory.FromConfig(golden.ClassName, golden.Config));

        KerasFiles.AssertSame(golden.Config, JsonNode.Parse(model.ToJson())!["config"]!["layers"]![1]!["config"]);
    }

    [Fact]
    public void FromConfig_GetConfig_IsTheSameModelUncompiled()
    {
        using Sequential model = SmallAlexNet.Create();
        model.Compile(new SGD(), new CategoricalCrossentropy());

        using Sequential copy = Sequential.FromConfig(model.GetConfig());

        KerasFiles.AssertSame(model.GetConfig(), copy.GetConfig());
        Assert.Null(copy.Optimizer);
        Assert.Equal(model.CountParams(), copy.CountParams());
    }

    [Fact]
    public void GetConfig_ModelWithoutInputShape_HasNoneAndIsBuiltByTheFirstData()
    {
        var model = new Sequential(new Dense(3));
        JsonObject config = model.GetConfig();
        Assert.False(config.ContainsKey("build_input_shape"));

        Sequential copy = Sequential.FromConfig(config);
        copy.Predict(np.zeros(new Shape(2, 4)));

        // As in Keras, the shape of the data is then the model's.
        Assert.Equal("InputLayer", copy.GetConfig()["layers"]![0]!["class_name"]!.GetValue<string>());
        Assert.Equal("[null,4]", copy.GetConfig()["build_input_shape"]!.ToJsonString());
    }

    [Theory]
    [InlineData("nonsense", "Model: the JSON must be a JSON object, but")]
    [InlineData("[]", "Model: the JSON must be a JSON object, but it is of another kind.")]
    [InlineData("""{"class_name": "Functional", "config": {}}""", "Model: the JSON must describe a model of known parts, but: Functional: layers is missing.")]
    [InlineData("""{"class_name": "Sequential"}""", "Model: the JSON must describe a model of known parts, but: the config of a Sequential is missing.")]
    [InlineData("""{"class_name": "Sequential", "config": {"layers": [7]}}""", "Model: the JSON must describe a model of known parts, but: each layer must be an object, but one was 7.")]
    [InlineData("""{"class_name": "Sequential", "config": {"layers": [], "depth": 3}}""", "Model: the JSON must describe a model of known parts, but: Sequential: depth is no known setting, so it must be null, but was 3.")]
    [InlineData("""{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"name": "d", "units": -1}}]}}""", "Model: the JSON must describe a model of known parts, but: Dense 'd': units must be")]
    [InlineData("""{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"name": "d", "units": 1, "kernel_initializer": "odd"}}]}}""", "Model: the JSON must describe a model of known parts, but: Dense 'd': There is no initializer odd.")]
    [InlineData("""{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"name": "d", "units": 1, "kernel_regularizer": {"class_name": "Odd", "config": {}}}}]}}""", "Model: the JSON must describe a model of known parts, but: Dense 'd': There is no regularizer Odd.")]
    public void FromJson_NoSuchModel_SaysWhatIsWrong(string json, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => Sequential.FromJson(json));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static JsonObject Recorded(string path) => JsonNode.Parse(File.ReadAllText(GoldenCase.Locate(path)))!.AsObject();

    // Keras' torch backend names its own module there, which no other backend can import; those on TensorFlow and JAX write this.
    private static JsonObject WithPortableOptimizer(JsonObject recorded)
    {
        JsonNode optimizer = recorded["compile_config"]!["optimizer"]!;
        Assert.Equal("keras.src.backend.torch.optimizers.torch_sgd", optimizer["module"]!.GetValue<string>());
        optimizer["module"] = "keras.optimizers";
        optimizer["registered_name"] = null;
        return recorded;
    }
}
