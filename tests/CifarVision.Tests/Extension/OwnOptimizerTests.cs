using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Extending;

namespace CifarVision.Tests.Extension;

public class OwnOptimizerTests
{
    [Fact]
    public void Apply_ThreeSteps_FollowsTheRuleByHand()
    {
        using var scope = torch.NewDisposeScope();
        Weight weight = Weight();
        var optimizer = new Lion(learningRate: 0.1, beta1: 0.5, beta2: 0.75);
        double[] w = [1, -2];
        double[] m = [0, 0];
        foreach (double[] g in new double[][] { [1, -1], [-3, 0.5], [0.25, 4] })
        {
            optimizer.Apply([weight], [torch.tensor(g).to(ScalarType.Float32)]);
            for (int i = 0; i < 2; i++)
            {
                w[i] -= 0.1 * Math.Sign((0.5 * m[i]) + (0.5 * g[i]));
                m[i] = (0.75 * m[i]) + (0.25 * g[i]);
            }

            Near.Absolute(np.array(w).astype(typeof(float)), weight.ToArray(), 1e-6);
        }

        Assert.Equal(3, optimizer.Iterations);
    }

    [Fact]
    public void Apply_WhatTheBaseDoes_IsDoneForOwnRules()
    {
        using var scope = torch.NewDisposeScope();
        Weight weight = Weight();
        var optimizer = new Lion(new PiecewiseConstantDecay([0], [0.1, 0.01]), weightDecay: 0.5);
        optimizer.Apply([weight], [torch.ones(2)]);
        Near.Absolute(np.array(new[] { 1 - 0.05f - 0.1f, -2 + 0.1f - 0.1f }), weight.ToArray(), 1e-6);
        optimizer.Apply([weight], [torch.ones(2)]);

        Near.Absolute(np.array(new[] { (0.85f * (1 - 0.005f)) - 0.01f, (-2 * (1 - 0.005f)) - 0.01f }), weight.ToArray(), 1e-6);
        Assert.Equal(0.01, optimizer.LearningRate);
    }

    [Fact]
    public void Fit_OwnOptimizer_Learns()
    {
        TorchRuntime.SetSeed(1);
        using Sequential model = TinyTask.Model();
        model.Compile(new Lion(learningRate: 0.003), new CategoricalCrossentropy());
        IReadOnlyList<double> losses = model.Fit(TinyTask.Images(96), batchSize: 16, epochs: 8, verbose: 0, cancellationToken: TestContext.Current.CancellationToken).History["loss"];

        Assert.True(losses[^1] < losses[0] / 2, string.Join(", ", losses));
    }

    [Fact]
    public void Load_OwnOptimizer_ComesBackWithItsStateAndSettings()
    {
        using var folder = new TemporaryFolder();
        (NDArray x, NDArray y) = TinyTask.Arrays(12);
        using Sequential model = OwnModel.Compiled();
        model.Optimizer!.LearningRate = 0.02;
        model.TrainOnBatch(x, y);
        model.Save(folder.File("model.keras"));
        using Sequential loaded = Sequential.Load(folder.File("model.keras"), OwnClasses.All);

        Assert.IsType<Lion>(loaded.Optimizer);
        Assert.Equal((1L, 0.02), (loaded.Optimizer!.Iterations, loaded.Optimizer.LearningRate));
        // The second step shows the momentum.
        model.TrainOnBatch(x, y);
        loaded.TrainOnBatch(x, y);
        foreach ((NDArray expected, NDArray found) in model.GetWeights().Zip(loaded.GetWeights()))
            Near.Absolute(expected, found, 0);
    }

    [Fact]
    public void Load_OwnOptimizerWithASchedule_ComesBackWithIt()
    {
        using var folder = new TemporaryFolder();
        using var model = new Sequential(3, new CifarVision.Layers.Dense(2));
        model.Compile(new Lion(new CosineDecay(0.1, 50)), new MeanSquaredError());
        model.Save(folder.File("model.keras"));
        using Sequential loaded = Sequential.Load(folder.File("model.keras"), OwnClasses.All);

        Assert.Equal(model.Optimizer!.Schedule!.Rate(20), Assert.IsType<CosineDecay>(loaded.Optimizer!.Schedule).Rate(20));
    }

    private static Weight Weight()
    {
        var weight = new Weight("kernel", "dense/kernel", torch.zeros(2), trainable: true);
        weight.Assign(np.array(new[] { 1f, -2f }));
        return weight;
    }
}
