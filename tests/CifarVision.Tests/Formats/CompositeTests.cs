using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Extending;
using PureHDF;

namespace CifarVision.Tests.Formats;

/// <summary>Models inside models, composites, frozen layers and names in files.</summary>
public sealed class CompositeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> AllFormats => [".keras", ".h5", ".weights.h5", "legacy.h5", ".npz", ".safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Save_NestedModelAndComposite_ComeBackEqual(string ending)
    {
        using Sequential model = Nested();
        NDArray x = np.arange(2 * 6 * 6 * 3).reshape(2, 6, 6, 3).astype(np.float32) / 100f;
        string path = _folder.File("nested" + ending);

        using Sequential copy = Copy(model, path, ending);

        foreach ((Weight expected, Weight found) in model.Weights.Zip(copy.Weights))
        {
            Assert.Equal(expected.Path, found.Path);
            Assert.Equal(expected.Trainable, found.Trainable);
            Near.Absolute(expected.ToArray(), found.ToArray(), 0, expected.Path);
        }

        Near.Absolute(model.Predict(x), copy.Predict(x), 0);
    }

    [Fact]
    public void SaveKeras_NestedModelAndComposite_HasTheGroupsOfKeras()
    {
        using Sequential model = Nested();
        string path = _folder.File("nested.keras");
        model.Save(path);

        IReadOnlyList<string> tree = Hdf5Tree.Of(KerasFiles.Member(path, "model.weights.h5"));

        Assert.Equal(
            """
            layers/
              conv2d/
                vars/
                  @name: shape=() str = 'stem'
                  0  shape=(3, 3, 3, 4) dtype=float32 layout=contiguous compression=None
                  1  shape=(4,) dtype=float32 layout=contiguous compression=None
              dense/
                vars/
                  @name: shape=() str = 'dense'
                  0  shape=(3, 2) dtype=float32 layout=contiguous compression=None
                  1  shape=(2,) dtype=float32 layout=contiguous compression=None
              sequential/
                layers/
                  batch_normalization/
                    vars/
                      @name: shape=() str = 'batch_normalization'
                      0  shape=(4,) dtype=float32 layout=contiguous compression=None
                      1  shape=(4,) dtype=float32 layout=contiguous compression=None
                      2  shape=(4,) dtype=float32 layout=contiguous compression=None
                      3  shape=(4,) dtype=float32 layout=contiguous compression=None
                  dense/
                    vars/
                      @name: shape=() str = 'dense'
                      0  shape=(4, 3) dtype=float32 layout=contiguous compression=None
                      1  shape=(3,) dtype=float32 layout=contiguous compression=None
                  global_average_pooling2d/
                    vars/
                      @name: shape=() str = 'global_average_pooling2d'
                vars/
                  @name: shape=() str = 'head'
              squeeze_excite/
                layers/
                  dense/
                    vars/
                      @name: shape=() str = 'squeeze'
                      0  shape=(4, 2) dtype=float32 layout=contiguous compression=None
                      1  shape=(2,) dtype=float32 layout=contiguous compression=None
                  dense_1/
                    vars/
                      @name: shape=() str = 'excite'
                      0  shape=(2, 4) dtype=float32 layout=contiguous compression=None
                      1  shape=(4,) dtype=float32 layout=contiguous compression=None
                vars/
                  @name: shape=() str = 'squeeze_excite'
            vars/
              @name: shape=() str = 'sequential'
            """.Split('\n').Select(line => line.TrimEnd('\r')),
            tree);
    }

    [Fact]
    public void SaveH5_NestedModel_HasTrainedWeightsFirst()
    {
        using Sequential model = Nested();
        model.GetLayer("head").Trainable = true;
        string path = _folder.File("nested.h5");
        model.SaveWeights(path);

        using var file = H5File.OpenRead(path);

        Assert.Equal(
            ["sequential/head/batch_normalization/gamma", "sequential/head/batch_normalization/beta", "sequential/head/dense/kernel", "sequential/head/dense/bias",
             "sequential/head/batch_normalization/moving_mean", "sequential/head/batch_normalization/moving_variance"],
            file.Group("head").Attribute("weight_names").Read<string[]>());
    }

    [Fact]
    public void Load_NameOfInputAndModel_AreKept()
    {
        JsonObject config = Nested().GetConfig();
        config["name"] = "alexnet";
        config["layers"]![0]!["config"]!["name"] = "input_layer_7";

        using Sequential model = Sequential.FromConfig(config, OwnClasses.All);

        KerasFiles.AssertSame(config, model.GetConfig());
        Assert.Equal("alexnet", model.Name);
        Assert.Equal("alexnet/stem/kernel", model.Weights[0].Path);
    }

    [Theory]
    [InlineData(".keras")]
    [InlineData(".h5")]
    public void Load_FrozenModel_StaysFrozen(string ending)
    {
        using var model = new Sequential(3, new Dense(2), new BatchNormalization());
        model.Trainable = false;
        string path = _folder.File("frozen" + ending);
        model.Save(path);

        using Sequential loaded = Sequential.Load(path);

        Assert.False(loaded.Trainable);
        Assert.All(loaded.Layers, layer => Assert.False(layer.Trainable));
        Assert.All(loaded.Weights, weight => Assert.False(weight.Trainable));
    }

    [Fact]
    public void Save_TorchModule_SaysHowToSaveItsWeights()
    {
        using var model = new Sequential(3, new TorchModuleLayer(torch.nn.Linear(3, 2)));

        var error = Assert.Throws<NotSupportedException>(() => model.Save(_folder.File("module.keras")));

        Assert.Contains("Use SaveWeights and LoadWeights.", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
        model.SaveWeights(_folder.File("module.weights.h5"));
        model.LoadWeights(_folder.File("module.weights.h5"));
    }

    [Fact]
    public void Load_TwelveLayersOfAClass_AreFoundByNumber()
    {
        using var model = new Sequential(2, Enumerable.Range(0, 12).Select(_ => new Dense(2)));
        string path = _folder.File("twelve.keras");
        model.Save(path);

        using Sequential loaded = Sequential.Load(path);

        Near.Absolute(model.Layers[10].Weights[0].ToArray(), loaded.Layers[10].Weights[0].ToArray(), 0);
        Near.Absolute(model.Layers[2].Weights[0].ToArray(), loaded.Layers[2].Weights[0].ToArray(), 0);
    }

    private static Sequential Nested()
    {
        var head = new Sequential(new BatchNormalization(), new GlobalAveragePooling2D(), new Dense(3));
        var model = new Sequential(
            (6, 6, 3),
            new Conv2D(4, 3, name: "stem"),
            new SqueezeExcite(channels: 4, ratio: 2),
            Named(head, "head"),
            new Dense(2));
        head.Layers[2].Trainable = false;
        return model;
    }

    // A model takes its name from a config.
    private static Sequential Named(Sequential model, string name)
    {
        model.Rename(name);
        return model;
    }

    private static Sequential Copy(Sequential model, string path, string ending)
    {
        if (ending is ".keras" or ".h5")
        {
            model.Save(path);
            return Sequential.Load(path, OwnClasses.All);
        }

        model.SaveWeights(path);
        Sequential copy = Nested();
        copy.LoadWeights(path);
        return copy;
    }
}
