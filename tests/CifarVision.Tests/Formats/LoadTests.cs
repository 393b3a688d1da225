using System.IO.Compression;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Golden;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

/// <summary>What Keras 3.3 to 3.15 saved opens here and goes on as it did there.</summary>
public class LoadTests
{
    public static TheoryData<string> TrainedModels { get; } = [
        .. KerasFiles.EndingWith(".keras", path => !path.Contains("adam", StringComparison.Ordinal) && !path.Contains("untrained", StringComparison.Ordinal)),
        .. KerasFiles.EndingWith(".h5", path => !path.EndsWith(".weights.h5", StringComparison.Ordinal) && !path.Contains("adam", StringComparison.Ordinal))];

    public static TheoryData<string> WeightFiles { get; } = KerasFiles.EndingWith(".weights.h5");

    [Theory]
    [MemberData(nameof(TrainedModels))]
    public void Load_TrainedModel_PredictsAndIsCompiledAsInKeras(string path)
    {
        GoldenCase recorded = GoldenCase.Load("saved/alexnet_small_predictions");

        using Sequential model = Sequential.Load(GoldenCase.Locate(path));

        AssertKerasPredictions(recorded, "predictions", model.Predict(recorded["x"]));
        SGD sgd = Assert.IsType<SGD>(model.Optimizer);
        Assert.Equal(0.01, sgd.LearningRate);
        // The files of several versions were saved with a fresh optimizer, the others after nine steps.
        Assert.Equal(path.Contains("versions/", StringComparison.Ordinal) ? 0 : 9, sgd.Iterations);
        Assert.Equal(["loss", "accuracy"], model.TestOnBatch(recorded["x"], np.eye(10)["0:8"]).Keys);
    }

    [Fact]
    public void Load_MemberCompressedToItsOwnLength_IsRead()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("zipped.keras");
        File.Copy(GoldenCase.Locate("saved/alexnet_small.keras"), path);

        // How much is saved by repeating the beginning of a word; for some length just as much as the format costs.
        IEnumerable<string> texts = Enumerable.Range(0, 14).Select(letters => $$"""{"keras_version":"3.15.1","{{"keras_version"[..letters]}}":0}""");
        Assert.Contains(texts, KeepsItsLength);

        using Sequential model = Sequential.Load(path);
        Assert.Equal(9, model.Optimizer!.Iterations);

        bool KeepsItsLength(string metadata)
        {
            using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Update))
            {
                archive.GetEntry("metadata.json")!.Delete();
                using var member = new StreamWriter(archive.CreateEntry("metadata.json").Open());
                member.Write(metadata);
            }

            using ZipArchive written = ZipFile.OpenRead(path);
            ZipArchiveEntry entry = written.GetEntry("metadata.json")!;
            return entry.Length == entry.CompressedLength;
        }
    }

    [Theory]
    [MemberData(nameof(WeightFiles))]
    public void LoadWeights_FileOfKeras_PredictsAsRecorded(string path)
    {
        GoldenCase recorded = GoldenCase.Load("saved/alexnet_small_predictions");
        using Sequential model = SmallAlexNet.Create();

        model.LoadWeights(GoldenCase.Locate(path));

        AssertKerasPredictions(recorded, "predictions", model.Predict(recorded["x"]));
    }

    [Theory]
    [InlineData("saved/alexnet_small.keras")]
    [InlineData("saved/alexnet_small.h5")]
    public void LoadWeights_FileOfAWholeModel_PredictsAsRecorded(string path)
    {
        GoldenCase recorded = GoldenCase.Load("saved/alexnet_small_predictions");
        using Sequential model = SmallAlexNet.Create();

        model.LoadWeights(GoldenCase.Locate(path));

        AssertKerasPredictions(recorded, "predictions", model.Predict(recorded["x"]));
    }

    [Fact]
    public void Load_UncompiledModel_PredictsAndAsksForCompile()
    {
        GoldenCase recorded = GoldenCase.Load("saved/alexnet_small_untrained_predictions");

        using Sequential model = Sequential.Load(GoldenCase.Locate("saved/alexnet_small_untrained_uncompiled.keras"));

        AssertKerasPredictions(recorded, "predictions", model.Predict(recorded["x"]));
        Assert.Null(model.Optimizer);
        Assert.Throws<InvalidOperationException>(() => model.Evaluate(recorded["x"], np.eye(10)["0:8"]));
    }

    [Theory]
    [InlineData("saved/alexnet_small_adam_2epochs.keras")]
    [InlineData("saved/alexnet_small_adam_2epochs.h5")]
    public void Load_AdamAfterTwoEpochs_TrainsOnAsInKeras(string path)
    {
        GoldenCase recorded = GoldenCase.Load("saved/alexnet_small_adam_resume");
        GoldenCase data = GoldenCase.Load("training/data");
        using Sequential model = Sequential.Load(GoldenCase.Locate(path));
        foreach ((NDArray expected, Weight weight) in SmallAlexNet.Weights(recorded, "epochs2_").Zip(model.Weights))
            Near.Absolute(expected, weight.ToArray(), 0, weight.Path);
        AssertKerasPredictions(recorded, "predictions2", model.Predict(data["x"]["0:8"]));
        Assert.Equal(0.002, model.Optimizer!.LearningRate);
        Assert.Equal(6, model.Optimizer.Iterations);

        TrainingHistory history = model.Fit(data["x"], data["y_onehot"], batchSize: 16, epochs: 3, verbose: 0, shuffle: false, validationSplit: 0.25, initialEpoch: 2);

        AssertKerasWeights(recorded, model);
        Assert.Equal(recorded.Json["history_third_epoch_after_reload"]!["loss"]![0]!.GetValue<double>(), history.History["loss"][0], GoldenTolerance.Of("training/history", "loss", DTypePolicy.Float32));
        Assert.Equal(recorded.Json["history_third_epoch_after_reload"]!["accuracy"]![0]!.GetValue<double>(), history.History["accuracy"][0]);
        Assert.Equal(9, model.Optimizer.Iterations);
    }

    [Fact]
    public void Load_WithoutCompile_LeavesThatToTheCaller()
    {
        using Sequential model = Sequential.Load(GoldenCase.Locate("saved/alexnet_small.keras"), compile: false);

        Assert.Null(model.Optimizer);
        model.Compile(new Adam(), new SparseCategoricalCrossentropy(), [new Accuracy()]);
        Assert.Equal(["loss", "accuracy"], model.TestOnBatch(np.zeros(new Shape(2, 16, 16, 3)), np.array([1, 2])).Keys);
    }

    [Fact]
    public void Load_ModelOfKeras_LeavesNoTensorBehind()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (Sequential.Load(GoldenCase.Locate("saved/alexnet_small_adam_2epochs.keras")))
        {
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    // Keras saved no float64 numbers with these files. They are of the net of training/, whose rule holds them.
    private static void AssertKerasPredictions(GoldenCase recorded, string name, NDArray found) =>
        recorded.AssertNearAs("training/predictions", "predictions", name, found);

    // Where batch normalization takes a bias out again, its true gradient is 0. Adam scales what rounding leaves of it to full steps, which
    // are another computer's dice; they change the mean that is taken out, and no output in training.
    private static void AssertKerasWeights(GoldenCase recorded, Sequential model)
    {
        var velocities = model.Optimizer!.GetState().ToDictionary(variable => variable.Path, variable => variable.Value);
        bool[] withoutGradient = [];
        int dice = 0;
        foreach ((Weight weight, NDArray expected) in model.Weights.Zip(SmallAlexNet.Weights(recorded, "epochs3_")))
        {
            double[] wanted = Near.Doubles(expected);
            double[] found = Near.Doubles(weight.ToArray());
            double tolerance = GoldenTolerance.RelativeAs("training/final_weights", "00_conv2d_kernel") * wanted.Max(Math.Abs);
            bool isConvolutionBias = weight.Name == "bias" && weight.Path.Contains("conv2d", StringComparison.Ordinal);
            if (isConvolutionBias)
                withoutGradient = [.. Near.Doubles(velocities[$"adam/{weight.Path.Replace('/', '_')}_velocity"]).Select(velocity => velocity < 1e-12)];
            for (int i = 0; i < wanted.Length; i++)
            {
                if ((isConvolutionBias || weight.Name == "moving_mean") && withoutGradient[i])
                    dice++;
                else
                    Assert.True(Math.Abs(wanted[i] - found[i]) <= tolerance, $"{weight.Path}[{i}]: expected {wanted[i]:R}, found {found[i]:R}");
            }
        }

        Assert.InRange(dice, 1, 60);
    }
}
