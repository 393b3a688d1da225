using System.Runtime.InteropServices;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

/// <summary>Whole models in TensorFlow.js; single layers are held by TensorFlowJsLayersTests.</summary>
public sealed class SequentialTensorFlowJsTests : IDisposable
{
    private const double Tolerance = 1e-5;
    private const int LongestShard = 4_000_000;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, int> Networks => new()
    {
        { nameof(LeNetBuilder), 4 },
        { nameof(ResNetBuilder), 2 },
        { nameof(VggBuilder), 1 },
        { nameof(AlexNetBuilder), 1 },
    };

    private string Export => _folder.File("web");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Networks))]
    public void Export_Network_PredictsTheSameThere(string name, int images)
    {
        TensorFlowJs.Require();
        Assert.SkipWhen(name == nameof(AlexNetBuilder) && !TensorFlowJs.IsMust, "148 MB of weights take seconds; .ci/run has them.");
        using Model model = name switch
        {
            nameof(LeNetBuilder) => LeNetBuilder.Create((32, 32, 3), 10),
            nameof(ResNetBuilder) => ResNetBuilder.Create((32, 32, 3), 10, depth: 20),
            nameof(VggBuilder) => VggBuilder.Create((32, 32, 3), 10),
            _ => AlexNetBuilder.Create((32, 32, 3), 10),
        };
        MoveAverages(model);
        NDArray x = Numbers(images, (32, 32, 3));

        model.ExportTensorFlowJs(Export);

        NDArray expected = model.Predict(x);
        Assert.InRange((double)np.max(expected), 0.1, 0.999);
        Near.Absolute(expected, TensorFlowJs.Predict(Export, x), Tolerance, name);
    }

    [Fact]
    public void Export_ModelTrainedByKeras_PredictsThereWhatKerasDid()
    {
        TensorFlowJs.Require();
        GoldenCase golden = GoldenCase.Load("saved/alexnet_small_predictions");
        string path = GoldenCase.Locate("saved/alexnet_small.keras");
        string folder = Export;

        #region web
        using Sequential model = Sequential.Load(path);
        model.ExportTensorFlowJs(folder);
        #endregion

        golden.AssertNearAs("training/predictions", "predictions", "predictions", TensorFlowJs.Predict(folder, golden["x"]));
    }

    [Fact]
    public void Export_NamesOfAllKinds_AreFoundThere()
    {
        TensorFlowJs.Require();
        using var model = new Sequential(
            4,
            new Dense(3, name: "input"),
            new Dense(3, name: "_ü 1"),
            new Dense(3, name: "_ö 1"),
            ResidualModel.Create(3, [new Dense(3, name: "input")], name: "dense.0"));
        NDArray x = Numbers(2, 4);

        model.ExportTensorFlowJs(Export);

        Assert.Equal(["input", "input_1", "layer___1", "layer___1_1", "input_2", "add"], ExportedModel.LayerNames(Export));
        Near.Absolute(model.Predict(x), TensorFlowJs.Predict(Export, x), Tolerance);
    }

    [Fact]
    public void Export_MissingShard_IsNamedThere()
    {
        TensorFlowJs.Require();
        ExportOfTwoShards();
        File.Delete(ExportedModel.Shards(Export)[1]);

        Assert.Contains("group1-shard2of2.bin", TensorFlowJs.PredictError(Export, Numbers(1, 1001)), StringComparison.Ordinal);
    }

    [Fact]
    public void Export_ShardCutOff_IsAnErrorThere()
    {
        TensorFlowJs.Require();
        ExportOfTwoShards();
        string last = ExportedModel.Shards(Export)[1];
        File.WriteAllBytes(last, File.ReadAllBytes(last)[..^4]);

        Assert.NotEmpty(TensorFlowJs.PredictError(Export, Numbers(1, 1001)));
    }

    [Fact]
    public void Export_LargeWeights_AreSharesOfFourMegabytes()
    {
        using Sequential model = ExportOfTwoShards();
        byte[] written = [.. ExportedModel.Shards(Export).SelectMany(File.ReadAllBytes)];

        Assert.Equal(["group1-shard1of2.bin", "group1-shard2of2.bin", "model.json"], Directory.GetFiles(Export).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(LongestShard, new FileInfo(ExportedModel.Shards(Export)[0]).Length);
        float[] weights = [.. model.GetWeights().SelectMany(weight => weight.ToArray<float>())];
        Assert.True(MemoryMarshal.Cast<byte, float>(written).SequenceEqual(weights));
    }

    [Fact]
    public void Export_Float64_IsWrittenAsFloat32()
    {
        using var model = new Sequential(4, new Dense(3));
        model.Compile(new SGD(), new MeanSquaredError(), precision: DTypePolicy.Float64);

        model.ExportTensorFlowJs(Export);

        Assert.Equal(sizeof(float) * 15, new FileInfo(ExportedModel.Shards(Export).Single()).Length);
    }

    [Fact]
    public void Export_Again_LeavesNothingOfTheFirst()
    {
        ExportOfTwoShards();
        using var small = new Sequential(4, new Dense(3));

        small.ExportTensorFlowJs(Export);

        Assert.Equal(["group1-shard1of1.bin", "model.json"], Directory.GetFiles(Export).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Export_Refused_LeavesTheEarlierExport()
    {
        using var good = new Sequential(4, new Dense(3));
        good.ExportTensorFlowJs(Export);
        string before = File.ReadAllText(Path.Combine(Export, "model.json"));
        using var bad = new Sequential(4, new Dense(3, ActivationFunction.Exponential));

        Assert.Throws<NotSupportedException>(() => bad.ExportTensorFlowJs(Export));

        Assert.Equal(before, File.ReadAllText(Path.Combine(Export, "model.json")));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Export_NotBuilt_SaysSo()
    {
        using var model = new Sequential(new Dense(3));

        var error = Assert.Throws<InvalidOperationException>(() => model.ExportTensorFlowJs(Export));

        Assert.Equal("Sequential: ExportTensorFlowJs must come after the model is built. Give it an input shape, or call Build.", error.Message);
    }

    [Fact]
    public void Export_Trained_LeavesNoTensorBehind()
    {
        using var model = new Sequential((8, 8, 3), new Normalization(), new Conv2D(2, 3), new Flatten(), new Dense(3));
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        model.ExportTensorFlowJs(Export);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static NDArray Numbers(int count, TensorShape shape) =>
        ArrayConversion.ToNDArray(LayerContract.Numbers(shape.WithBatch(count), ScalarType.Float32, "x").Multiply(0.5).Add(0.5));

    // Away from the mean 0 and variance 1 that would hide an error. The greater variance keeps the sums of a deep residual network from growing
    // until its softmax is a one and zeros.
    private static void MoveAverages(Model model)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        foreach (Weight weight in model.Weights.Where(weight => weight.Path.Contains("batch_normalization", StringComparison.Ordinal)))
            weight.Value.AddInPlace(LayerContract.Numbers(weight.Value.shape, ScalarType.Float32, weight.Path).Multiply(0.2).Add(weight.Name == "moving_variance" ? 2 : 0));
    }

    private Sequential ExportOfTwoShards()
    {
        var model = new Sequential(1001, new Dense(1000));
        model.ExportTensorFlowJs(Export);
        return model;
    }
}
