using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using CifarVision.Training;

namespace CifarVision.Tests.Training;

/// <summary>Two replicas that each compute half of every batch train as one process does.</summary>
public class DistributionTests
{
    private static readonly (NDArray X, NDArray Y) Rows = TinyTask.Arrays(43);

    // 43 rows: 32 to train on, in batches of 8 or with ragged ends, 11 to validate.
    [Theory]
    [InlineData(8, DTypePolicy.Float64)]
    [InlineData(5, DTypePolicy.Float64)]
    [InlineData(31, DTypePolicy.Float64)]
    [InlineData(5, DTypePolicy.Float32)]
    public void Fit_TwoReplicas_EqualsOneProcess(int batchSize, DTypePolicy precision)
    {
        TorchRuntime.SetSeed(1);
        NDArray[] start = [.. Create().GetWeights()];
        Result one = Train(start, batchSize, precision, Distribution.SingleProcess);
        Result[] two = TwoReplicas.Run(distribution => Train(start, batchSize, precision, distribution));

        double rounding = precision == DTypePolicy.Float64 ? 1e-12 : 2e-6;
        foreach (Result replica in two)
        {
            foreach ((NDArray expected, NDArray found) in one.Weights.Zip(replica.Weights))
                Near.Relative(expected, found, rounding);
            Assert.Equal(one.Figures.Keys, replica.Figures.Keys);

            // Metrics count in float32, and the loss of float32 is one of rounded parts.
            foreach ((string key, double expected) in one.Figures)
                Assert.Equal(expected, replica.Figures[key], 2e-6 * Math.Max(1, expected));
        }

        Assert.Equal(two[0].Figures, two[1].Figures);
    }

    [Fact]
    public void Fit_BranchedModel_EqualsOneProcess()
    {
        TorchRuntime.SetSeed(1);
        NDArray[] start = [.. CreateBranched().GetWeights()];
        IReadOnlyList<NDArray> Weights(Distribution distribution)
        {
            using Model model = CreateBranched();
            Loss[] losses = [new CategoricalCrossentropy(), new CategoricalCrossentropy()];
            model.Compile(new SGD(0.1, momentum: 0.9), losses, lossWeights: [0.3, 1], precision: DTypePolicy.Float64, distribution: distribution);
            model.SetWeights(start);
            model.Fit([Rows.X], [Rows.Y, Rows.Y], batchSize: 8, epochs: 2, verbose: 0, shuffle: false);
            return model.GetWeights();
        }

        IReadOnlyList<NDArray> one = Weights(Distribution.SingleProcess);
        foreach (IReadOnlyList<NDArray> replica in TwoReplicas.Run(Weights))
        {
            foreach ((NDArray expected, NDArray found) in one.Zip(replica))
                Near.Relative(expected, found, 1e-12);
        }
    }

    [Fact]
    public void Evaluate_FewerRowsThanReplicas_IsThatOfTheRowsThereAre()
    {
        TorchRuntime.SetSeed(1);
        NDArray[] start = [.. Create().GetWeights()];
        (NDArray x, NDArray y) = (Rows.X["0:1"], Rows.Y["0:1"]);
        IReadOnlyDictionary<string, double> Evaluate(Distribution distribution)
        {
            using Model model = Compiled(start, DTypePolicy.Float64, distribution);
            return model.Evaluate(x, y, verbose: 0);
        }

        IReadOnlyDictionary<string, double> one = Evaluate(Distribution.SingleProcess);

        foreach (IReadOnlyDictionary<string, double> found in TwoReplicas.Run(Evaluate))
        {
            foreach ((string key, double expected) in one)
                Assert.Equal(expected, found[key], 1e-6);
        }
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(7, 3)]
    [InlineData(100, 7)]
    public void Slice_AllRanks_ShareTheRowsOut(int rows, int size)
    {
        int next = 0;
        for (int rank = 0; rank < size; rank++)
        {
            (int start, int count) = new Place(rank, size).Slice(rows);

            Assert.Equal(next, start);
            Assert.InRange(count, rows / size, (rows / size) + 1);
            next += count;
        }

        Assert.Equal(rows, next);
    }

    private static Result Train(NDArray[] start, int batchSize, DTypePolicy precision, Distribution distribution)
    {
        using Model model = Compiled(start, precision, distribution);
        IReadOnlyDictionary<string, IReadOnlyList<double>> history = model.Fit(
            Rows.X, Rows.Y, batchSize, epochs: 3, verbose: 0, validationSplit: 0.25, shuffle: false).History;
        IReadOnlyDictionary<string, double> evaluation = model.Evaluate(Rows.X, Rows.Y, batchSize: 6, verbose: 0);
        var figures = new SortedDictionary<string, double>();
        foreach ((string key, IReadOnlyList<double> values) in history)
        {
            for (int epoch = 0; epoch < values.Count; epoch++)
                figures.Add(FormattableString.Invariant($"{key} {epoch}"), values[epoch]);
        }

        foreach ((string key, double value) in evaluation)
            figures.Add($"evaluate {key}", value);
        return new Result([.. model.GetWeights()], figures);
    }

    private static Model Compiled(NDArray[] start, DTypePolicy precision, Distribution distribution)
    {
        Model model = Create();
        model.Compile(
            new SGD(0.1, momentum: 0.9), new CategoricalCrossentropy(), [new Accuracy(), new F1Score(), new Constant()], precision, distribution: distribution);
        model.SetWeights(start);
        return model;
    }

    // Without BatchNormalization, whose statistics are those of a replica's rows.
    private static Model Create()
    {
        KerasTensor x = Keras.Input((6, 6, 2));
        KerasTensor y = new Conv2D(4, 3, activation: ActivationFunction.Relu, kernelRegularizer: new L2(0.01)).Call(x);
        y = new Flatten().Call(new MaxPooling2D().Call(y));
        return new Model(x, new Dense(TinyTask.Classes, ActivationFunction.Softmax).Call(y));
    }

    // What a backward pass in parts must carry over: a connection that skips several layers, a layer that is called twice, two outputs, a penalty.
    private static Model CreateBranched()
    {
        KerasTensor x = Keras.Input((6, 6, 2));
        var shared = new Conv2D(4, 3, padding: CifarVision.Layers.Padding.Same);
        KerasTensor skipped = new Conv2D(4, 3, activation: ActivationFunction.Relu, kernelRegularizer: new L2(0.01)).Call(x);
        KerasTensor y = shared.Call(new Activation(ActivationFunction.Tanh).Call(shared.Call(skipped)));
        y = new Conv2D(4, 1).Call(y);
        y = new Add().Call(y, new Conv2D(4, 1, kernelRegularizer: new L2(0.01)).Call(y), skipped);
        KerasTensor early = new Dense(TinyTask.Classes, ActivationFunction.Softmax).Call(new Flatten().Call(y));
        KerasTensor late = new Dense(TinyTask.Classes, ActivationFunction.Softmax).Call(new Flatten().Call(new MaxPooling2D().Call(y)));
        return new Model([x], [early, late]);
    }

    private sealed record Result(IReadOnlyList<NDArray> Weights, SortedDictionary<string, double> Figures);

    /// <summary>A metric without a state to exchange: of its results the mean is taken.</summary>
    private sealed class Constant() : Metric("constant")
    {
        public override void Update(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null)
        {
        }

        public override double Result() => 3;

        public override void Reset()
        {
        }
    }

    private sealed class Place(int rank, int size) : Distribution
    {
        public override int Rank => rank;

        public override int Size => size;

        public override void SumGradients(IReadOnlyList<Tensor> gradients) => throw new NotSupportedException();

        public override void Sum(Span<double> values) => throw new NotSupportedException();

        public override void Broadcast(IReadOnlyList<Tensor> tensors) => throw new NotSupportedException();

        public override double Broadcast(double value) => throw new NotSupportedException();
    }
}
