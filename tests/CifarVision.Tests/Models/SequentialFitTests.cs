using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

public class SequentialFitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Fit_TinyTask_LearnsIt()
    {
        TorchRuntime.SetSeed(1);
        using Sequential model = TinyTask.Compiled();
        ImageDataset data = TinyTask.Images(96);
        TrainingHistory history = model.Fit(data, batchSize: 16, epochs: 12, verbose: 0, cancellationToken: Token);

        Assert.True(history.History["loss"][^1] < history.History["loss"][0] / 2);
        Assert.True(model.Evaluate(TinyTask.Images(60, seed: 2), verbose: 0)["accuracy"] > 0.9);
    }

    [Fact]
    public void Fit_SameSeed_GivesIdenticalHistoriesAnotherSeedAnother()
    {
        double[] first = LossesOfARun(7);

        Assert.Equal(first, LossesOfARun(7));
        Assert.NotEqual(first, LossesOfARun(8));
    }

    [Fact]
    public void Fit_ArraysAndDataset_GiveTheSameRun()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays();
        double[] fromArrays = LossesOfARun(3, model => model.Fit(x, y, batchSize: 16, epochs: 2, verbose: 0, cancellationToken: Token));

        Assert.Equal(fromArrays, LossesOfARun(3, model => model.Fit(TinyTask.Images(), batchSize: 16, epochs: 2, verbose: 0, cancellationToken: Token)));
    }

    [Fact]
    public void Fit_UsersTorchRandomNumbers_DisturbNothing()
    {
        double[] undisturbed = LossesOfARun(5);
        double[] disturbed = LossesOfARun(5, model =>
        {
            torch.random.manual_seed(99);
            using Tensor noise = torch.randn(100);
            return model.Fit(TinyTask.Images(), batchSize: 16, epochs: 2, verbose: 0, cancellationToken: Token);
        });

        Assert.Equal(undisturbed, disturbed);
    }

    [Fact]
    public void Fit_ValidationSplit_TakesTheLastRows()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(10);
        using Sequential split = TinyTask.Compiled(dropout: 0);
        using Sequential given = TinyTask.Compiled(dropout: 0);
        given.SetWeights(split.GetWeights());
        TrainingHistory expected = given.Fit(x["0:7"], y["0:7"], batchSize: 4, epochs: 2, verbose: 0, shuffle: false, validationData: (x["7:10"], y["7:10"]), cancellationToken: Token);
        TrainingHistory found = split.Fit(x, y, batchSize: 4, epochs: 2, verbose: 0, shuffle: false, validationSplit: 0.3, cancellationToken: Token);

        Assert.Equal(["accuracy", "loss", "val_accuracy", "val_loss"], found.History.Keys);
        foreach (string key in found.History.Keys)
            Assert.Equal(expected.History[key], found.History[key]);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Fit_ValidationSplitThatLeavesAPartEmpty_IsAnError(double split)
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(10);
        using Sequential model = TinyTask.Compiled();

        AssertMessage<ArgumentOutOfRangeException>("validationSplit must leave at least one of the 10 samples", () => model.Fit(x, y, verbose: 0, validationSplit: split, cancellationToken: Token));
    }

    [Fact]
    public void Fit_ValidationFreq_KeepsEveryEpochInTheHistory()
    {
        using Sequential model = TinyTask.Compiled();
        TrainingHistory history = model.Fit(TinyTask.Images(), epochs: 4, verbose: 0, validationSplit: 0.25, validationFreq: 2, cancellationToken: Token);

        Assert.Equal([0, 1, 2, 3], history.Epoch);
        Assert.Equal(4, history.History["loss"].Count);
        Assert.Equal(2, history.History["val_loss"].Count);
    }

    [Fact]
    public void Fit_InitialEpoch_EpochsIsTheIndexOfTheEnd()
    {
        using Sequential model = TinyTask.Compiled();

        Assert.Equal([2, 3, 4], model.Fit(TinyTask.Images(), epochs: 5, verbose: 0, initialEpoch: 2, cancellationToken: Token).Epoch);
    }

    [Fact]
    public void Fit_Again_GoesOnAndMakesANewHistory()
    {
        using Sequential model = TinyTask.Compiled();
        model.Fit(TinyTask.Images(), batchSize: 16, verbose: 0, cancellationToken: Token);
        TrainingHistory second = model.Fit(TinyTask.Images(), batchSize: 16, verbose: 0, cancellationToken: Token);

        Assert.Equal([0], second.Epoch);
        Assert.Equal(6, model.Optimizer!.Iterations);
    }

    [Fact]
    public void Fit_SampleWeight_DividesByTheBatchNotByTheSumOfWeights()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(8);
        using Sequential model = TinyTask.Compiled(learningRate: 0, dropout: 0);
        double plain = model.Fit(x, y, batchSize: 8, verbose: 0, cancellationToken: Token).History["loss"][0];
        double doubled = model.Fit(x, y, batchSize: 8, verbose: 0, sampleWeight: np.ones(new Shape(8), typeof(float)) * 2f, cancellationToken: Token).History["loss"][0];

        Assert.Equal(2 * plain, doubled, 1e-5);
    }

    [Fact]
    public void Fit_ClassWeight_EqualsTheSampleWeightsOfItsClassesAndSparesValidationAndMetrics()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(12);
        long[] labels = np.argmax(y, axis: 1).astype(typeof(long)).ToArray<long>();
        NDArray weights = np.array(labels.Select(label => label == 1 ? 3f : 1f).ToArray());
        TrainingHistory bySample = Weighted(model => model.Fit(x, y, verbose: 0, shuffle: false, validationData: (x, y), sampleWeight: weights, cancellationToken: Token));
        TrainingHistory byClass = Weighted(model => model.Fit(x, y, verbose: 0, shuffle: false, validationData: (x, y), classWeight: new Dictionary<int, double> { [1] = 3 }, cancellationToken: Token));
        TrainingHistory plain = Weighted(model => model.Fit(x, y, verbose: 0, shuffle: false, validationData: (x, y), cancellationToken: Token));

        Assert.Equal(bySample.History["loss"], byClass.History["loss"]);
        Assert.NotEqual(plain.History["loss"], byClass.History["loss"]);
        Assert.Equal(plain.History["val_loss"], byClass.History["val_loss"]);
        Assert.Equal(plain.History["accuracy"], byClass.History["accuracy"]);
    }

    [Fact]
    public void Fit_Regularizer_IsPartOfLossAndValidationLoss()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(8);
        using var model = new Sequential((6, 6, 2), new Flatten(), new Dense(3, ActivationFunction.Softmax, kernelRegularizer: new L2(0.5)));
        model.Compile(new SGD(0), new CategoricalCrossentropy());
        float penalty = 0.5f * (float)model.Weights[0].ToArray().ToArray<float>().Sum(value => value * value);
        using Sequential bare = new((6, 6, 2), new Flatten(), new Dense(3, ActivationFunction.Softmax));
        bare.Compile(new SGD(0), new CategoricalCrossentropy());
        bare.SetWeights(model.GetWeights());
        TrainingHistory history = model.Fit(x, y, verbose: 0, validationData: (x, y), cancellationToken: Token);
        double plain = bare.Evaluate(x, y, verbose: 0)["loss"];

        Assert.Equal(plain + penalty, history.History["loss"][0], 1e-4);
        Assert.Equal(plain + penalty, history.History["val_loss"][0], 1e-4);
    }

    [Fact]
    public void Fit_FrozenLayer_KeepsItsWeightsAndStatistics()
    {
        using Sequential model = TinyTask.Compiled();
        model.GetLayer("conv2d").Trainable = false;
        model.GetLayer("batch_normalization").Trainable = false;
        NDArray[] before = [.. model.GetWeights().Take(6)];
        model.Fit(TinyTask.Images(), verbose: 0, cancellationToken: Token);

        for (int i = 0; i < before.Length; i++)
            Near.Absolute(before[i], model.GetWeights()[i], 0, model.Weights[i].Path);
        Assert.False(model.GetWeights()[6].ToArray<float>().SequenceEqual(before[0].ToArray<float>()));
    }

    [Fact]
    public void Evaluate_Keys_AreLossThenMetricsAsCompiled()
    {
        using Sequential model = TinyTask.Model();
        model.Compile(new SGD(), new CategoricalCrossentropy(), [new TopKCategoricalAccuracy(2), new Accuracy()]);

        Assert.Equal(["loss", "top_k_categorical_accuracy", "accuracy"], model.Evaluate(TinyTask.Images(), verbose: 0).Keys);
    }

    [Fact]
    public void StepsAndPredictions_LeaveNoTensorBehind()
    {
        using Sequential model = TinyTask.Compiled();
        ImageDataset data = TinyTask.Images();
        (NDArray x, NDArray y) = TinyTask.Arrays(8);
        model.Fit(data, verbose: 0, validationSplit: 0.5, cancellationToken: Token);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        model.Fit(data, batchSize: 16, epochs: 2, verbose: 0, validationSplit: 0.5, cancellationToken: Token);
        model.Evaluate(data, verbose: 0);
        model.Predict(data);
        model.TrainOnBatch(x, y);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Fit_WrongUse_SaysWhatIsWrong()
    {
        using Sequential model = TinyTask.Compiled();
        (NDArray x, NDArray y) = TinyTask.Arrays(6);
        NDArray labels = TinyTask.Images(6).Labels;

        AssertMessage<ArgumentException>("Labels.ToCategorical(y, 3)", () => model.Fit(x, labels, cancellationToken: Token));
        AssertMessage<ArgumentException>("samples of the shape (None, 6, 6, 2), but was (None, 6, 6, 1)", () => model.Fit(x[":,:,:,0:1"], y, cancellationToken: Token));
        AssertMessage<ArgumentException>("same number of rows", () => model.Fit(x, y["0:5"], cancellationToken: Token));
        AssertMessage<ArgumentOutOfRangeException>("batchSize must be at least 1, but was 0", () => model.Fit(x, y, batchSize: 0, cancellationToken: Token));
        AssertMessage<ArgumentOutOfRangeException>("epochs must be at least 1, but was -1", () => model.Fit(x, y, epochs: -1, cancellationToken: Token));
        AssertMessage<ArgumentOutOfRangeException>("verbose must be 0", () => model.Fit(x, y, verbose: 3, cancellationToken: Token));
        AssertMessage<ArgumentOutOfRangeException>("initialEpoch", () => model.Fit(x, y, initialEpoch: 2, cancellationToken: Token));
        AssertMessage<ArgumentException>("from 0 to 2, but was 3", () => model.Fit(x, y, classWeight: new Dictionary<int, double> { [3] = 1 }, cancellationToken: Token));
        AssertMessage<ArgumentException>(
            "must not be given together",
            () => model.Fit(x, y, classWeight: new Dictionary<int, double> { [0] = 1 }, sampleWeight: np.ones(new Shape(6), typeof(float)), cancellationToken: Token));
        using Sequential sparse = TinyTask.Model();
        sparse.Compile(new SGD(), new SparseCategoricalCrossentropy());
        AssertMessage<ArgumentOutOfRangeException>("from 0 to 2, but was 3 in row", () => sparse.Fit(x, labels * 0 + 3, cancellationToken: Token));
    }

    [Fact]
    public void Fit_UseEma_EndsWithTheAverages()
    {
        using Sequential model = TinyTask.Model();
        var optimizer = new SGD(0.1, useEma: true, emaMomentum: 0.5);
        model.Compile(optimizer, new CategoricalCrossentropy());
        model.Fit(TinyTask.Images(), batchSize: 16, epochs: 2, verbose: 0, cancellationToken: Token);

        foreach (Weight weight in model.Weights.Where(weight => weight.Trainable))
            Assert.Equal(optimizer.Slot(weight, "average").data<float>().ToArray(), weight.Value.data<float>().ToArray());
    }

    private static void AssertMessage<T>(string part, Action action)
        where T : Exception => Assert.Contains(part, Assert.Throws<T>(action).Message, StringComparison.Ordinal);

    private static double[] LossesOfARun(long seed, Func<Sequential, TrainingHistory>? fit = null)
    {
        TorchRuntime.SetSeed(seed);
        using Sequential model = TinyTask.Compiled();
        TrainingHistory history = fit?.Invoke(model) ?? model.Fit(TinyTask.Images(), batchSize: 16, epochs: 2, verbose: 0, cancellationToken: Token);
        return [.. history.History["loss"], .. model.GetWeights()[0].ToArray<float>()];
    }

    private static TrainingHistory Weighted(Func<Sequential, TrainingHistory> fit)
    {
        TorchRuntime.SetSeed(1);
        using Sequential model = TinyTask.Compiled(learningRate: 0, dropout: 0);
        return fit(model);
    }
}
