using CifarVision.Callbacks;
using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

/// <summary>How rows become steps, and steps the figures of an epoch.</summary>
public sealed class SequentialFitStepsTests : IDisposable
{
    private static readonly NDArray X = TinyTask.Arrays(10).X;
    private static readonly NDArray Y = TinyTask.Arrays(10).Y;

    private readonly Sequential _model = Dense(learningRate: 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Fit_PartialLastBatch_CountsByItsSamples()
    {
        double[] batches = [LossOf("0:4"), LossOf("4:8"), LossOf("8:10")];
        double loss = _model.Fit(X, Y, batchSize: 4, verbose: 0, shuffle: false, cancellationToken: Token).History["loss"][0];

        Assert.Equal(((4 * batches[0]) + (4 * batches[1]) + (2 * batches[2])) / 10, loss, 1e-6);
        Assert.True(Math.Abs(batches.Average() - loss) > 1e-4, "The case must tell the two means apart.");
    }

    [Fact]
    public void Fit_Shuffled_SeesEveryRowOnce() =>
        Assert.Equal(LossOf("0:10"), _model.Fit(X, Y, batchSize: 3, verbose: 0, cancellationToken: Token).History["loss"][0], 1e-6);

    [Fact]
    public void Fit_StepsPerEpoch_APassGoesOnOverEpochs()
    {
        var steps = new List<int>();
        var count = new LambdaCallback(onEpochBegin: (_, _) => steps.Add(0), onTrainBatchEnd: (_, _, _) => steps[^1]++);
        TrainingHistory history = _model.Fit(
            X, Y, batchSize: 2, epochs: 4, verbose: 0, callbacks: [count], shuffle: false, stepsPerEpoch: 2, cancellationToken: Token);

        // The third epoch ends where the data does; the fourth begins it anew.
        Assert.Equal([2, 2, 1, 2], steps);
        Assert.Equal(2, history.Params["steps"]);
        double[] expected = [LossOf("0:4"), LossOf("4:8"), LossOf("8:10"), LossOf("0:4")];
        for (int epoch = 0; epoch < expected.Length; epoch++)
            Assert.Equal(expected[epoch], history.History["loss"][epoch], 1e-6);
    }

    [Fact]
    public void Fit_ValidationSteps_JudgesTheFirstBatches()
    {
        TrainingHistory history = _model.Fit(
            X["0:2"], Y["0:2"], batchSize: 3, verbose: 0, validationData: (X, Y), validationSteps: 2, cancellationToken: Token);

        Assert.Equal(LossOf("0:6"), history.History["val_loss"][0], 1e-6);
    }

    [Theory]
    [InlineData(null, 4, 3)]
    [InlineData(5, 5, 2)]
    [InlineData(100, 10, 1)]
    public void Fit_ValidationBatchSize_IsBatchSizeByDefault(int? validationBatchSize, int largest, int batches)
    {
        var sizes = new BatchSizes();
        using var model = new Sequential((6, 6, 2), sizes, new Flatten(), new Dense(TinyTask.Classes, ActivationFunction.Softmax));
        model.Compile(new SGD(0), new CategoricalCrossentropy());
        int promised = 0;
        var ask = new LambdaCallback(onTrainBegin: context => promised = context.Parameters.ValidationSteps);
        model.Fit(
            X["0:2"], Y["0:2"], batchSize: 4, verbose: 0, callbacks: [ask], validationData: (X, Y), validationBatchSize: validationBatchSize, cancellationToken: Token);

        Assert.Equal((largest, batches, batches), (sizes.Seen.Max(), sizes.Seen.Count, promised));
        Assert.Equal(10, sizes.Seen.Sum());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(64)]
    public void EvaluateAndPredict_AnyBatchSize_GiveTheSame(int batchSize)
    {
        IReadOnlyDictionary<string, double> figures = _model.Evaluate(X, Y, batchSize: batchSize, verbose: 0);
        NDArray predictions = _model.Predict(X, batchSize: batchSize);

        Assert.Equal([10L, 3L], predictions.shape);
        Near.Absolute(_model.Call(X), predictions, 1e-6);
        Assert.Equal(LossOf("0:10"), figures["loss"], 1e-6);
        int[] classes = np.argmax(predictions, axis: 1).astype(typeof(int)).ToArray<int>();
        int[] labels = TinyTask.Images(10).Labels.ravel().ToArray<int>();
        Assert.Equal(classes.Zip(labels).Count(pair => pair.First == pair.Second) / 10.0, figures["accuracy"], 1e-6);
    }

    [Fact]
    public void Evaluate_Steps_JudgesTheFirstBatches() =>
        Assert.Equal(LossOf("0:6"), _model.Evaluate(X, Y, batchSize: 3, verbose: 0, steps: 2)["loss"], 1e-6);

    [Fact]
    public void Fit_Figures_AreOfThePredictionBeforeTheUpdate()
    {
        using Sequential model = Dense(learningRate: 1);
        IReadOnlyDictionary<string, double> before = model.Evaluate(X, Y, verbose: 0);
        TrainingHistory history = model.Fit(X, Y, batchSize: 10, epochs: 2, verbose: 0, shuffle: false, cancellationToken: Token);

        foreach (string key in before.Keys)
            Assert.Equal(before[key], history.History[key][0], 1e-6);
        Assert.True(history.History["loss"][1] < before["loss"] - 0.01);
    }

    [Fact]
    public void Fit_Twice_EqualsOneOfTwoEpochsMomentumIncluded()
    {
        using Sequential once = Dense(learningRate: 0.1);
        using Sequential twice = Dense(learningRate: 0.1);
        twice.SetWeights(once.GetWeights());
        once.Fit(X, Y, batchSize: 4, epochs: 2, verbose: 0, shuffle: false, cancellationToken: Token);
        twice.Fit(X, Y, batchSize: 4, epochs: 1, verbose: 0, shuffle: false, cancellationToken: Token);
        twice.Fit(X, Y, batchSize: 4, epochs: 2, verbose: 0, shuffle: false, initialEpoch: 1, cancellationToken: Token);

        Assert.Equal(6, twice.Optimizer!.Iterations);
        foreach ((NDArray expected, NDArray found) in once.GetWeights().Zip(twice.GetWeights()))
            Near.Absolute(expected, found, 0);
    }

    [Fact]
    public void Fit_NotShuffled_TakesTheRowsInOrder()
    {
        var losses = new List<double>();
        var collect = new LambdaCallback(onTrainBatchEnd: (_, _, logs) => losses.Add(logs["loss"]));
        _model.Fit(X, Y, batchSize: 5, epochs: 2, verbose: 0, callbacks: [collect], shuffle: false, cancellationToken: Token);

        double[] expected = [LossOf("0:5"), LossOf("0:10"), LossOf("0:5"), LossOf("0:10")];
        for (int step = 0; step < expected.Length; step++)
            Assert.Equal(expected[step], losses[step], 1e-6);
    }

    private static Sequential Dense(double learningRate)
    {
        var model = new Sequential((6, 6, 2), new Flatten(), new Dense(TinyTask.Classes, ActivationFunction.Softmax));
        model.Compile(new SGD(learningRate, momentum: 0.9), new CategoricalCrossentropy(), [new Accuracy()]);
        return model;
    }

    private double LossOf(string rows) => _model.Evaluate(X[rows], Y[rows], batchSize: 100, verbose: 0)["loss"];

    /// <summary>Changes nothing; remembers how many samples each inference had.</summary>
    private sealed class BatchSizes : Layer
    {
        public List<int> Seen { get; } = [];

        public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

        protected override Tensor ForwardCore(Tensor x, bool training)
        {
            if (!training)
                Seen.Add((int)x.shape[0]);
            return x;
        }
    }
}
