using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

/// <summary>Files in the forms of Keras 2.0 to 3.0: each is read and predicts what its weights say, or is refused with what to do instead.</summary>
public sealed class LegacyFileTests
{
    private const string SwishFile = "traits/22_Activation_swish.h5";
    private const string Float16File = "traits/25_mixed_float16.h5";

    // What is not read, and the part of the message that says why.
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["k224_noshape.h5"] = "must say the shape of the input, but does not. Create the same model with an input shape, and load the weights of this file with LoadWeights.",
        ["teachable.h5"] = "must hold the weights of 2 layers (sequential_1, sequential_3), but holds those of 1 (sequential_3). Load it into a model of the same layers, or save it again from the whole model.",
        ["tf213_lambda.h5"] = "Lambda 'lambda': there is no layer of this class.",
    };

    // What is read with compile: false only.
    private static readonly Dictionary<string, string> NotCompiled = new()
    {
        ["traits/52_opt_Lion.h5"] = "There is no optimizer Lion.",
    };

    private static readonly string[] WholeModels =
    [
        .. Directory.GetFiles(GoldenCase.Locate("legacy"), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(GoldenCase.Locate("legacy"), file).Replace('\\', '/'))
            .Where(file => Path.GetExtension(file) is ".h5" or ".hdf5" or ".keras" && !file.Contains("weights", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Read => [.. WholeModels.Except(Refused.Keys)];

    public static TheoryData<string> ReadCompiled => [.. WholeModels.Except(Refused.Keys).Except(NotCompiled.Keys)];

    public static TheoryData<string, string> RefusedFiles => [.. Refused.Select(file => (file.Key, file.Value))];

    public static TheoryData<string, string> NotCompiledFiles => [.. NotCompiled.Select(file => (file.Key, file.Value))];

    [Theory]
    [MemberData(nameof(ReadCompiled))]
    public void Load_OldFile_PredictsWhatItsWeightsSay(string file)
    {
        using Model model = Model.Load(Locate(file));

        AssertPredictions(file, model);
    }

    [Fact]
    public void Load_MixedFloat16_ComputesByAutoAndPredictsNearly()
    {
        using Model model = Model.Load(Locate(Float16File));

        Near.Absolute(Array("y"), model.Predict(Array("x")), 0.02);
        Assert.Contains(model.Layers[0].GetConfig()["dtype"]!.ToString(), new[] { "float32", "mixed_bfloat16" });
    }

    [Theory]
    [MemberData(nameof(Read))]
    public void Load_OldFileNotCompiled_NeedsNothingOfTheCompileState(string file)
    {
        using Model model = Model.Load(Locate(file), compile: false);

        Assert.Null(model.Optimizer);
        AssertPredictions(file, model);
    }

    [Theory]
    [MemberData(nameof(RefusedFiles))]
    public void Load_FileThatCannotBeRead_SaysWhy(string file, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => Model.Load(Locate(file)).Dispose());

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NotCompiledFiles))]
    public void Load_CompiledWithWhatIsNotOffered_SaysHowToLoadAllTheSame(string file, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => Model.Load(Locate(file)).Dispose());

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Load the model with compile: false and call Compile yourself.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("base.weights.h5")]
    [InlineData("k224_noshape.h5")]
    [InlineData("k224_weights.h5")]
    [InlineData("k30_windows.weights.h5")]
    [InlineData("slash_weights.h5")]
    [InlineData("tf213_windows.weights.h5")]
    [InlineData("tf24_weights.h5")]
    [InlineData("tf24_weights.hdf5")]
    public void LoadWeights_OldFile_PredictsWhatTheySay(string file)
    {
        foreach (string json in new[] { "k224.json", "tf24.json" })
        {
            using Model model = Model.FromJson(File.ReadAllText(Locate(json)));
            model.LoadWeights(Locate(file));

            AssertPredictions(file, model);
        }
    }

    [Fact]
    public void Load_Keras2WithDecay_HasKerasRate()
    {
        string training = """{"optimizer": {"class_name": "SGD", "config": {"lr": 0.01, "momentum": 0.9, "decay": 0.0004, "nesterov": false}}, "loss": "mse", "metrics": ["acc"]}""";
        JsonObject envelope = JsonNode.Parse(File.ReadAllText(Locate("k224.json")))!.AsObject();
        envelope["compile_config"] = JsonNode.Parse(training);

        using Model model = Model.FromJson(envelope.ToJsonString());

        var optimizer = Assert.IsType<SGD>(model.Optimizer);
        Assert.Equal(0.9, optimizer.Momentum);
        var decay = Assert.IsType<InverseTimeDecay>(optimizer.Schedule);
        Assert.Equal(0.01 / (1 + (0.0004 * 100)), decay.Rate(100), 15);
        Assert.Equal("acc", Assert.IsType<Accuracy>(Assert.Single(model.Compiled!.Metrics[0])).Name);
    }

    [Fact]
    public void FromJson_Keras2_NamesLayersAsTheFile()
    {
        using Model model = Model.FromJson(File.ReadAllText(Locate("k224.json")));

        Assert.Equal(["conv2d_1", "batch_normalization_1", "max_pooling2d_1", "flatten_1", "dropout_1", "dense_1"], model.Layers.Select(layer => layer.Name));
    }

    [Fact]
    public void FromJson_ChannelsFirstWithAsManyColumnsAsChannels_SaysThatTheAxisIsNotKnown()
    {
        JsonObject envelope = KerasFiles.LegacyConfig(Locate("k224_channels_first.h5"), "model_config");
        JsonNode convolution = envelope["config"]!["layers"]![0]!["config"]!;
        convolution["filters"] = 6;

        var error = Assert.Throws<InvalidDataException>(() => Model.FromJson(envelope.ToJsonString()).Dispose());

        Assert.Contains("BatchNormalization 'batch_normalization_1'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromJson_ChannelsFirstFlattenedInItsOwnOrder_NamesTheLayer()
    {
        JsonObject envelope = KerasFiles.LegacyConfig(Locate("k224_channels_first.h5"), "model_config");
        envelope["config"]!["layers"]![3]!["config"]!["data_format"] = "channels_last";

        var error = Assert.Throws<InvalidDataException>(() => Model.FromJson(envelope.ToJsonString()).Dispose());

        Assert.Contains("Flatten 'flatten_1': a model in channels_first must be transposed to channels_last, but it reads images without data_format channels_first", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadWeights_ByName_TakesTheLayersThatTheFileNames()
    {
        using Model donor = Model.Load(Locate("k224.h5"));
        using var model = new Sequential((8, 8, 3), new Conv2D(4, 3, name: "conv2d_1"), new Flatten(), new Dense(3, name: "head"), new Dense(2, name: "dense_1"));

        Assert.Throws<InvalidDataException>(() => model.LoadWeights(Locate("k224.h5"), byName: true));
        IReadOnlyList<string> left = model.LoadWeights(Locate("k224.h5"), skipMismatch: true, byName: true);

        Assert.Equal([$"{model.Name}/head", $"{model.Name}/dense_1"], left);
        Near.Absolute(donor.GetWeights()[0], model.GetWeights()[0], 0);
        Near.Absolute(donor.GetWeights()[1], model.GetWeights()[1], 0);
        Assert.Throws<ArgumentException>(() => model.LoadWeights(Locate("base.weights.h5"), byName: true));
    }

    [Fact]
    public void Load_Swish_IsSilu()
    {
        using Model swish = Model.Load(Locate(SwishFile));
        using var silu = new Sequential(
            (8, 8, 3), new Conv2D(4, 3, activation: ActivationFunction.Relu), new Activation(ActivationFunction.Silu), new BatchNormalization(), new MaxPooling2D(2),
            new Flatten(), new Dense(3, activation: ActivationFunction.Softmax));
        silu.SetWeights(swish.GetWeights());

        Near.Absolute(silu.Predict(Array("x")), swish.Predict(Array("x")), 1e-7);
    }

    private static string Locate(string file) => GoldenCase.Locate($"legacy/{file}");

    private static void AssertPredictions(string file, Model model)
    {
        bool isTutorial = file.Contains("tutorial", StringComparison.Ordinal);
        NDArray found = model.Predict(Array(isTutorial ? "x255" : "x"));

        // The activation that was added in one file changes what the model predicts, and the number format of the other depends on the device;
        // they have tests of their own.
        if (file is not (SwishFile or Float16File))
            Near.Absolute(Array(isTutorial ? "y255" : "y"), found, 1e-6, file);
    }

    private static NDArray Array(string name) => (NDArray)np.load(Locate($"{name}.npy"));
}
