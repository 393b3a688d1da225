using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using CifarVision.Training;

namespace CifarVision.Tests.Training;

/// <summary>With synchronized batch normalization two replicas train as one process does.</summary>
public class SynchronizedBatchNormalizationTests
{
    private static readonly (NDArray X, NDArray Y) Rows = TinyTask.Arrays(43);

    // 32 rows to train on: in batches of 8, with an odd number of rows, and with a last batch of one row, of which a replica has none.
    [Theory]
    [InlineData(8, DTypePolicy.Float64, 1e-12)]
    [InlineData(5, DTypePolicy.Float64, 1e-12)]
    [InlineData(31, DTypePolicy.Float64, 1e-12)]
    [InlineData(5, DTypePolicy.Float32, 1e-5)]
    [InlineData(31, DTypePolicy.Float32, 1e-5)]
    public void Fit_TwoReplicas_EqualsOneProcess(int batchSize, DTypePolicy precision, double rounding)
    {
        Result one = Train(Branched, Rows.X, batchSize, precision, Distribution.SingleProcess);
        foreach (Result replica in TwoReplicas.Run(distribution => Train(Branched, Rows.X, batchSize, precision, distribution)))
        {
            foreach ((NDArray expected, NDArray found) in one.Weights.Zip(replica.Weights))
                Near.Relative(expected, found, rounding);
            Assert.Equal(one.History.Keys, replica.History.Keys);
            foreach ((string key, IReadOnlyList<double> values) in one.History)
            {
                foreach ((double expected, double found) in values.Zip(replica.History[key]))
                    Assert.Equal(expected, found, Math.Max(rounding, 2e-6) * Math.Max(1, expected));
            }
        }
    }

    [Fact]
    public void Fit_MeansFarFromZero_EqualsOneProcess()
    {
        NDArray x = Rows.X + 1000f;
        Result one = Train(Chain(synchronized: true), x, 5, DTypePolicy.Float32, Distribution.SingleProcess);
        foreach (Result replica in TwoReplicas.Run(distribution => Train(Chain(synchronized: true), x, 5, DTypePolicy.Float32, distribution)))
        {
            foreach ((NDArray expected, NDArray found) in one.Weights.Zip(replica.Weights))
                Near.Relative(expected, found, 1e-5);
        }
    }

    [Fact]
    public void Fit_MixedBFloat16_EqualsOneProcessUpToItsRounding()
    {
        Result one = Train(Chain(synchronized: true), Rows.X, 8, DTypePolicy.MixedBFloat16, Distribution.SingleProcess);
        foreach (Result replica in TwoReplicas.Run(distribution => Train(Chain(synchronized: true), Rows.X, 8, DTypePolicy.MixedBFloat16, distribution)))
        {
            foreach ((NDArray expected, NDArray found) in one.Weights.Zip(replica.Weights))
                Near.Relative(expected, found, 0.02);
        }
    }

    [Fact]
    public void Fit_NotSynchronized_NormalizesByTheOwnRows()
    {
        Result one = Train(Chain(synchronized: false), Rows.X, 8, DTypePolicy.Float64, Distribution.SingleProcess);
        Result[] two = TwoReplicas.Run(distribution => Train(Chain(synchronized: false), Rows.X, 8, DTypePolicy.Float64, distribution));

        double difference = one.Weights.Zip(two[0].Weights).Max(pair => Near.Doubles(pair.First).Zip(Near.Doubles(pair.Second)).Max(values => Math.Abs(values.First - values.Second)));
        Assert.True(difference > 1e-4, FormattableString.Invariant($"The largest difference was {difference}."));
    }

    [Fact]
    public void Fit_OneProcess_SameBitsWithAndWithoutSynchronized()
    {
        Result without = Train(Chain(synchronized: false), Rows.X, 5, DTypePolicy.Float32, Distribution.SingleProcess);
        Result with = Train(Chain(synchronized: true), Rows.X, 5, DTypePolicy.Float32, Distribution.SingleProcess);

        foreach ((NDArray expected, NDArray found) in without.Weights.Zip(with.Weights))
            Near.Absolute(expected, found, 0);
    }

    // An exception must not pass through torch's backward pass, which would end the process.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TrainOnBatch_ExchangeFails_ThrowsItsError(int failingSum)
    {
        using Model model = Chain(synchronized: true)();
        model.Compile(new SGD(0.1), new CategoricalCrossentropy(), distribution: new Broken(failingSum));

        var error = Assert.Throws<InvalidOperationException>(() => model.TrainOnBatch(Rows.X, Rows.Y));

        Assert.Equal("The link is down.", error.Message);
    }

    private static Result Train(Func<Model> create, NDArray x, int batchSize, DTypePolicy precision, Distribution distribution)
    {
        // Not by the seed, which belongs to the process: the replicas are threads of one.
        using Model model = create();
        model.Compile(new SGD(0.1, momentum: 0.9), new CategoricalCrossentropy(), [new Accuracy()], precision, distribution: distribution);
        var random = new RandomStream(1, "weights");
        model.SetWeights([.. model.GetWeights().Select(weight => Drawn(weight, random))]);
        IReadOnlyDictionary<string, IReadOnlyList<double>> history = model.Fit(
            x, Rows.Y, batchSize, epochs: 2, verbose: 0, validationSplit: 0.25, shuffle: false).History;
        return new Result([.. model.GetWeights()], history);
    }

    private static NDArray Drawn(NDArray weight, RandomStream random)
    {
        var values = new float[weight.size];
        random.NextUniform(values, low: 0.1, high: 0.4);
        return np.array(values).reshape(weight.Shape);
    }

    private static Func<Model> Chain(bool synchronized) => () =>
    {
        KerasTensor x = Keras.Input((6, 6, 2));
        KerasTensor y = new ReLU().Call(new BatchNormalization(synchronized: synchronized).Call(new Conv2D(4, 3).Call(new BatchNormalization(synchronized: synchronized).Call(x))));
        return new Model(x, new Dense(TinyTask.Classes, ActivationFunction.Softmax).Call(new Flatten().Call(y)));
    };

    // Where the order of exchanges could go wrong: a layer that is called twice, branches, a nested model, a layer whose input needs no gradient, and one that
    // is not trainable.
    private static Model Branched()
    {
        KerasTensor x = Keras.Input((6, 6, 2));
        KerasTensor first = new BatchNormalization(momentum: 0.9, synchronized: true).Call(x);
        var shared = new BatchNormalization(momentum: 0.8, scale: false, synchronized: true);
        KerasTensor left = shared.Call(new Conv2D(4, 3).Call(first));
        KerasTensor right = shared.Call(new Activation(ActivationFunction.Tanh).Call(new Conv2D(4, 3).Call(x)));
        var nested = new Sequential((4, 4, 4), new BatchNormalization(center: false, synchronized: true), new Conv2D(4, 1, activation: ActivationFunction.Relu));
        KerasTensor y = new Add().Call(left, nested.Call(right), right);
        y = new BatchNormalization(synchronized: true) { Trainable = false }.Call(y);
        y = new BatchNormalization(synchronized: true).Call(new Dense(6).Call(new Flatten().Call(y)));
        return new Model(x, new Dense(TinyTask.Classes, ActivationFunction.Softmax).Call(y));
    }

    private sealed record Result(IReadOnlyList<NDArray> Weights, IReadOnlyDictionary<string, IReadOnlyList<double>> History);

    // Fails at a sum of the statistics of the second layer, which has 4 channels: in the forward or in the backward pass.
    private sealed class Broken(int failingSum) : Distribution
    {
        private const int Statistics = 9;
        private int _sums;

        public override int Rank => 1;

        public override int Size => 2;

        public override void SumGradients(IReadOnlyList<Tensor> gradients)
        {
        }

        public override void Sum(Span<double> values)
        {
            if (values.Length == Statistics && ++_sums == failingSum)
                throw new InvalidOperationException("The link is down.");
        }

        public override void Broadcast(IReadOnlyList<Tensor> tensors)
        {
        }

        public override double Broadcast(double value) => value;
    }
}
