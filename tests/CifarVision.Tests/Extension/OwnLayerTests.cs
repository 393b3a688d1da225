using CifarVision.Initializers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Extending;

namespace CifarVision.Tests.Extension;

public class OwnLayerTests
{
    [Fact]
    public void Contract_LayerWithAWeight_Holds()
    {
        LayerContract.Check(() => new LearnedSwish(new Constant(0.5)), (3, 4, 2), ["beta"], OwnClasses.All);
        LayerContract.Check(() => new LearnedSwish(), 5, ["beta"], OwnClasses.All);
    }

    [Fact]
    public void Contract_Composite_Holds() =>
        LayerContract.Check(() => new SqueezeExcite(channels: 4, ratio: 2), (3, 4, 4), ["kernel", "bias", "kernel", "bias"], OwnClasses.All);

    [Fact]
    public void Contract_Augmentation_Holds() =>
        LayerContract.Check(() => new RandomTint(range: 0.5, seed: 1), (3, 4, 2), customs: OwnClasses.All);

    [Fact]
    public void Export_Augmentation_IsLeftOutEverywhere()
    {
        using var folder = new TemporaryFolder();
        using var model = new Sequential((3, 4, 2), new RandomTint(range: 0.5));
        NDArray x = OnnxRun.Numbers((3, 4, 2), 2);

        model.ExportOnnx(folder.File("model.onnx"));
        model.ExportTensorFlowJs(folder.File("web"));

        Near.Absolute(x, OnnxRun.Predict(folder.File("model.onnx"), x), 0);
        Assert.Single(ExportedModel.Layers(folder.File("web")));
    }

    [Fact]
    public void Model_OwnLayers_HaveNamesAndPathsAsOurs()
    {
        using Sequential model = OwnModel.Create();

        Assert.Equal(["conv2d", "learned_swish", "squeeze_excite", "flatten", "dense"], model.Layers.Select(layer => layer.Name));
        Assert.Equal(
            ["sequential/learned_swish/beta", "sequential/squeeze_excite/squeeze/kernel"],
            model.Weights.Skip(2).Take(2).Select(weight => weight.Path));
    }

    [Fact]
    public void Fit_OwnLayers_AreTrainedUnlessFrozen()
    {
        // With some seeds a unit is dead for all of the few images, and its weights stay.
        TorchRuntime.SetSeed(5);
        using Sequential model = OwnModel.Compiled();
        model.GetLayer("squeeze_excite").Trainable = false;
        IReadOnlyList<NDArray> before = model.GetWeights();
        model.Fit(TinyTask.Images(), verbose: 0, cancellationToken: TestContext.Current.CancellationToken);

        for (int i = 0; i < before.Count; i++)
        {
            bool frozen = model.Weights[i].Path.Contains("squeeze_excite", StringComparison.Ordinal);
            Assert.Equal(frozen, np.array_equal(before[i], model.GetWeights()[i]));
        }
    }

    [Theory]
    [InlineData("model.keras")]
    [InlineData("model.h5")]
    public void Load_WithCustomObjects_PredictsTheSameAndGoesOnTheSame(string name)
    {
        TorchRuntime.SetSeed(5);
        using var folder = new TemporaryFolder();
        (NDArray x, NDArray y) = TinyTask.Arrays(24);
        using Sequential model = OwnModel.Compiled();
        model.Fit(x, y, batchSize: 8, verbose: 0, shuffle: false, cancellationToken: TestContext.Current.CancellationToken);
        model.Save(folder.File(name));
        using Sequential loaded = Sequential.Load(folder.File(name), OwnClasses.All);

        Near.Absolute(model.Predict(x), loaded.Predict(x), 0);
        foreach (Sequential one in new[] { model, loaded })
            one.Fit(x, y, batchSize: 8, verbose: 0, shuffle: false, cancellationToken: TestContext.Current.CancellationToken);
        foreach ((NDArray expected, NDArray found) in model.GetWeights().Zip(loaded.GetWeights()))
            Near.Absolute(expected, found, 0);
    }

    [Theory]
    [InlineData("weights.npz")]
    [InlineData("weights.weights.h5")]
    [InlineData("weights.safetensors")]
    public void LoadWeights_IntoAnEqualModel_NeedsNoCustomObjects(string name)
    {
        using var folder = new TemporaryFolder();
        using Sequential model = OwnModel.Create();
        using Sequential other = OwnModel.Create();
        model.SaveWeights(folder.File(name));
        other.LoadWeights(folder.File(name));

        Near.Absolute(model.Predict(TinyTask.Arrays(4).X), other.Predict(TinyTask.Arrays(4).X), 0);
    }

    [Fact]
    public void Load_WithoutCustomObjects_NamesTheClass()
    {
        using var folder = new TemporaryFolder();
        using var model = new Sequential(3, new LearnedSwish());
        model.Save(folder.File("model.keras"));

        string message = Assert.Throws<InvalidDataException>(() => Sequential.Load(folder.File("model.keras"))).Message;
        Assert.Contains("LearnedSwish", message, StringComparison.Ordinal);
        Assert.Contains("CustomObject", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ShapeThatDoesNotFit_IsTheLayersOwnError() => Assert.Contains(
        "SqueezeExcite: expected images of 8 channels, but was (None, 4, 4, 3)",
        Assert.Throws<ArgumentException>(() => new Sequential((4, 4, 3), new SqueezeExcite(8))).Message, StringComparison.Ordinal);

    [Fact]
    public void Compile_MixedPrecisionAndFloat64_ReachOwnLayers()
    {
        foreach (DTypePolicy precision in new[] { DTypePolicy.MixedBFloat16, DTypePolicy.Float64 })
        {
            using Sequential model = OwnModel.Create();
            model.Compile(new SGD(0.1), new CategoricalCrossentropy(), precision: precision);
            double[] losses = [.. model.Fit(TinyTask.Images(), batchSize: 8, epochs: 4, verbose: 0, cancellationToken: TestContext.Current.CancellationToken).History["loss"]];

            Assert.True(losses[^1] < losses[0], $"{precision}: {string.Join(", ", losses)}");
        }
    }
}
