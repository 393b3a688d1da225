using CifarVision.Callbacks;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using CifarVision.Training;

namespace CifarVision.Tests.Training;

/// <summary>What callbacks of rank 0 decide and change holds for all replicas, and random numbers belong to rows.</summary>
public class ReplicasTests
{
    private const double Rounding = 1e-12;
    private static readonly (NDArray X, NDArray Y) Rows = TinyTask.Arrays(43);

    [Fact]
    public void Fit_DropoutAndAugmentation_EqualsOneProcess()
    {
        NDArray[] start = Start();
        IReadOnlyList<NDArray> one = Train(Distribution.SingleProcess, start, _ => []).Weights;
        foreach (Outcome replica in TwoReplicas.Run(distribution => Train(distribution, start, _ => [])))
            AssertNear(one, replica.Weights);
    }

    [Fact]
    public void Fit_Callbacks_RunOnRank0_AndDecideForAll()
    {
        NDArray[] start = Start();
        var calls = new int[2];
        Callback[] Callbacks(int rank) =>
        [
            new LambdaCallback(
                onEpochBegin: (context, epoch) => context.Optimizer!.LearningRate = 0.1 / (epoch + 1),
                onTrainBatchEnd: (context, batch, _) =>
                {
                    calls[rank]++;
                    if (context.Epoch == 1 && batch == 2)
                        context.StopTraining();
                },
                onEpochEnd: (_, _, logs) => logs["mine"] = 5),
        ];
        Outcome one = Train(Distribution.SingleProcess, start, Callbacks);
        calls[0] = 0;
        Outcome[] two = TwoReplicas.Run(distribution => Train(distribution, start, Callbacks));

        Assert.Equal([8, 0], calls);
        foreach (Outcome replica in two)
        {
            AssertNear(one.Weights, replica.Weights);
            Assert.Equal([5.0, 5.0], replica.History["mine"]);
            Assert.Equal(one.History.Keys, replica.History.Keys);
            Assert.Equal(0.05, replica.Rate);
        }
    }

    [Fact]
    public void Fit_CallbackChangesWeightsAndFreezes_AllReplicasFollow()
    {
        NDArray[] start = Start();
        Callback[] Callbacks(int rank) =>
        [
            new LambdaCallback(onEpochBegin: (context, epoch) =>
            {
                if (epoch != 1)
                    return;
                context.Model.SetWeights([.. context.Model.GetWeights().Select(values => values * 0.5)]);
                context.Model.Sublayers[^1].Trainable = false;
            }),
        ];
        IReadOnlyList<NDArray> one = Train(Distribution.SingleProcess, start, Callbacks).Weights;
        foreach (Outcome replica in TwoReplicas.Run(distribution => Train(distribution, start, Callbacks)))
            AssertNear(one, replica.Weights);
    }

    [Fact]
    public void Evaluate_CalledByACallback_ComputesOnRank0Alone()
    {
        NDArray[] start = Start();
        var expected = new List<double>();
        var found = new List<double>();
        Train(Distribution.SingleProcess, start, _ => [Evaluating(expected)]);
        TwoReplicas.Run(distribution => Train(distribution, start, _ => [Evaluating(found)]));

        Assert.Equal(2, expected.Count);
        Assert.Equal(2, found.Count);
        foreach ((double first, double second) in expected.Zip(found))
            Assert.Equal(first, second, Rounding * first);

        static LambdaCallback Evaluating(List<double> losses) =>
            new(onEpochEnd: (context, _, _) => losses.Add(((Model)context.Model).Evaluate(Rows.X, Rows.Y, verbose: 0)["loss"]));
    }

    [Fact]
    public void Fit_Cancelled_OnOneReplica_EndsBoth()
    {
        NDArray[] start = Start();
        using var cancellation = new CancellationTokenSource();
        Outcome[] two = TwoReplicas.Run(distribution => Train(
            distribution, start, _ => [new LambdaCallback(onTrainBatchEnd: (_, batch, _) => CancelAt(batch))], distribution.Rank == 1 ? cancellation.Token : default));

        Assert.All(two, replica => Assert.Empty(replica.History));
        AssertNear(two[0].Weights, two[1].Weights, 0);

        void CancelAt(int batch)
        {
            if (batch == 3)
                cancellation.Cancel();
        }
    }

    [Fact]
    public void Fit_BatchNormalization_ReplicasKeepEqualAverages()
    {
        Outcome[] two = TwoReplicas.Run(distribution =>
        {
            TorchRuntime.SetSeed(1);
            using Sequential model = new((6, 6, 2), new BatchNormalization(momentum: 0.5), new Flatten(), new Dense(TinyTask.Classes, ActivationFunction.Softmax));
            return Fit(model, distribution, [.. model.GetWeights()], _ => [], default);
        });

        AssertNear(two[0].Weights, two[1].Weights, 0);
        // The mean of equal parts' means is the mean of the rows.
        Assert.All(Near.Doubles(two[0].Weights[2]), mean => Assert.InRange(mean, 0.1, 0.9));
    }

    [Fact]
    public void Predict_TwoReplicas_BothHaveAllRows()
    {
        NDArray[] start = Start();
        using Sequential one = Create(start, Distribution.SingleProcess);
        NDArray expected = one.Predict(Rows.X, batchSize: 6);
        foreach (NDArray found in TwoReplicas.Run(distribution =>
        {
            using Sequential model = Create(start, distribution);
            return model.Predict(Rows.X, batchSize: 6);
        }))
        {
            Near.Relative(expected, found, Rounding);
        }
    }

    [Fact]
    public void Fit_OtherDataOnOneReplica_BothSayInWhatTheyDiffer()
    {
        NDArray[] start = Start();
        Exception?[] errors = TwoReplicas.Run(distribution => Record.Exception(() =>
        {
            using Sequential model = Create(start, distribution);
            model.Fit(Rows.X, distribution.Rank == 0 ? Rows.Y : Rows.Y["::-1"], verbose: 0);
        }));

        foreach (Exception? error in errors)
        {
            Assert.IsType<InvalidOperationException>(error);
            Assert.StartsWith("Fit: the digest of the training labels must be the same in all processes, but was ", error.Message, StringComparison.Ordinal);
            Assert.EndsWith("on rank 1. Start the same program with the same arguments and data on every rank.", error.Message, StringComparison.Ordinal);
        }
    }

    private static NDArray[] Start()
    {
        TorchRuntime.SetSeed(1);
        using Sequential model = Create(null, Distribution.SingleProcess);
        return [.. model.GetWeights()];
    }

    private static Outcome Train(Distribution distribution, NDArray[] start, Func<int, Callback[]> callbacks, CancellationToken cancellationToken = default)
    {
        using Sequential model = Create(start, distribution);
        return Fit(model, distribution, start, callbacks, cancellationToken);
    }

    private static Outcome Fit(Sequential model, Distribution distribution, NDArray[] start, Func<int, Callback[]> callbacks, CancellationToken cancellationToken)
    {
        Compile(model, distribution);
        model.SetWeights(start);
        IReadOnlyDictionary<string, IReadOnlyList<double>> history = model.Fit(
            Rows.X, Rows.Y, batchSize: 9, epochs: 2, verbose: 0, shuffle: false, callbacks: callbacks(distribution.Rank), cancellationToken: cancellationToken).History;
        return new Outcome([.. model.GetWeights()], history, model.Optimizer!.LearningRate);
    }

    // Layers with seeds of their own, since both replicas live in one process. 43 rows make batches of 9 and one of 7.
    private static Sequential Create(NDArray[]? start, Distribution distribution)
    {
        var model = new Sequential(
            (6, 6, 2),
            new RandomFlip(seed: 1),
            new RandomErasing(factor: 0.7, seed: 2),
            new SpatialDropout2D(0.3, seed: 3),
            new Conv2D(3, 3, activation: ActivationFunction.Relu),
            new Flatten(),
            new Dropout(0.3, seed: 4),
            new Dense(5, ActivationFunction.Relu),
            new Dense(TinyTask.Classes, ActivationFunction.Softmax));
        Compile(model, distribution);
        if (start is not null)
            model.SetWeights(start);
        return model;
    }

    private static void Compile(Sequential model, Distribution distribution) =>
        model.Compile(new SGD(0.1, momentum: 0.9), new CategoricalCrossentropy(), [new Accuracy()], DTypePolicy.Float64, distribution: distribution);

    private static void AssertNear(IReadOnlyList<NDArray> expected, IReadOnlyList<NDArray> found, double rounding = Rounding)
    {
        foreach ((NDArray first, NDArray second) in expected.Zip(found))
            Near.Relative(first, second, rounding);
    }

    private sealed record Outcome(IReadOnlyList<NDArray> Weights, IReadOnlyDictionary<string, IReadOnlyList<double>> History, double Rate);
}
