using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Optimizers;

/// <summary>Updates in groups, which are meant for graphics cards, on the CPU: they must give the same numbers, states and files.</summary>
public class WeightGroupTests
{
    public static TheoryData<string> Optimizers => OptimizerCatalog.Names;

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Apply_InGroups_GivesTheSameWeightsAndState(string name)
    {
        using var scope = torch.NewDisposeScope();
        (Optimizer single, Weight[] expected) = (OptimizerCatalog.Create(name), FourWeights());
        (Optimizer grouped, Weight[] actual) = (OptimizerCatalog.Create(name), FourWeights());
        grouped.UpdatesInGroups = true;
        for (int step = 0; step < 7; step++)
        {
            // As after a layer was frozen, or where the loss does not depend on a weight.
            int count = step == 4 ? 2 : 4;
            single.Apply(expected[..count], GradientsFor(expected[..count], step));
            grouped.Apply(actual[..count], GradientsFor(actual[..count], step));
        }

        AssertSame(expected, actual);
        Assert.All(single.GetState().Zip(grouped.GetState()), pair =>
        {
            Assert.Equal(pair.First.Path, pair.Second.Path);
            Near.Relative(pair.First.Value, pair.Second.Value, 1e-12, pair.First.Path);
        });
        single.FinalizeWeights(expected);
        grouped.FinalizeWeights(actual);
        AssertSame(expected, actual);
    }

    [Fact]
    public void Apply_InGroups_KeepsTensorsAndTheirMemoryOrder()
    {
        using var scope = torch.NewDisposeScope();
        Weight[] weights = FourWeights();
        (Tensor Tensor, long[] Strides)[] before = [.. weights.Select(weight => (weight.Value, weight.Value.stride()))];
        var optimizer = new Adam { UpdatesInGroups = true };
        optimizer.Apply(weights, GradientsFor(weights, 1));

        for (int i = 0; i < weights.Length; i++)
        {
            Assert.Same(before[i].Tensor, weights[i].Value);
            Assert.Equal(before[i].Strides, weights[i].Value.stride());
            Assert.Equal(before[i].Strides, optimizer.Slot(weights[i], "velocity").stride());
            Assert.True(weights[i].Value.requires_grad);
        }
    }

    [Fact]
    public void Apply_InGroups_TakesAsManyCallsForTenWeightsAsForTwo()
    {
        using var scope = torch.NewDisposeScope();

        Assert.Equal((8, 8), (CallsOfApply(weights: 2), CallsOfApply(weights: 10)));
    }

    [Fact]
    public void Apply_ExcludedFromDecay_IsNotDecayedInAGroup()
    {
        using var scope = torch.NewDisposeScope();
        Weight[] weights = [Weights.Named("kernel", 1, 2), Weights.Named("kernel", 3), Weights.Named("bias", 4), Weights.Named("bias", 5)];
        var optimizer = new SGD(0.5, weightDecay: 0.5, excludeFromWeightDecay: ["bias"]) { UpdatesInGroups = true };
        optimizer.Apply(weights, [.. weights.Select(weight => torch.zeros_like(weight.Value))]);

        Assert.Equal([0.75f, 1.5f, 2.25f, 4, 5], weights.SelectMany(Weights.Floats));
    }

    [Fact]
    public void Apply_NormOfEachGradientClipped_UpdatesEachWeight()
    {
        using var scope = torch.NewDisposeScope();
        Weight[] weights = [Weights.Of(0, 0), Weights.Of(0)];
        var optimizer = new SGD(1, clipNorm: 1) { UpdatesInGroups = true };
        optimizer.Apply(weights, [Weights.Gradient(3, 4), Weights.Gradient(2)]);

        Near.Relative(np.array(new[] { -0.6f, -0.8f }), weights[0].Value, 1e-6);
        Near.Relative(np.array(new[] { -1f }), weights[1].Value, 1e-6);
    }

    [Fact]
    public void Apply_WeightsOfTwoOptimizers_BelongToTheLastAndBothUpdate()
    {
        using var scope = torch.NewDisposeScope();
        Weight[] weights = [Weights.Of(1, 2), Weights.Of(3)];
        var first = new SGD(1) { UpdatesInGroups = true };
        var second = new SGD(1) { UpdatesInGroups = true };
        Tensor[] gradients = [Weights.Gradient(1, 1), Weights.Gradient(1)];
        foreach (SGD optimizer in (SGD[])[first, second, first, second])
            optimizer.Apply(weights, gradients);

        Assert.Equal([-3f, -2, -1], weights.SelectMany(Weights.Floats));
    }

    [Fact]
    public void ReleaseSlots_InGroups_LeavesTheWeights()
    {
        using var scope = torch.NewDisposeScope();
        Weight[] weights = FourWeights();
        var optimizer = new Adam { UpdatesInGroups = true };
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        optimizer.Apply(weights, [.. weights.Select(weight => torch.zeros_like(weight.Value))]);
        optimizer.ReleaseSlots();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount - weights.Length);
        AssertSame(FourWeights(), weights);
    }

    // Float64 takes the part of another device: weights get new tensors.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Compile_SameOptimizerForAnotherType_MovesItsSlots(bool inGroups)
    {
        TorchRuntime.SetSeed(4);
        using var model = new Sequential(2, new Dense(3, ActivationFunction.Tanh), new Dense(1));
        var optimizer = new Adam(0.1) { UpdatesInGroups = inGroups };
        NDArray x = np.arange(8).astype(np.float32).reshape(4, 2), y = np.arange(4).astype(np.float32).reshape(4, 1);
        model.Compile(optimizer, new MeanSquaredError());
        model.TrainOnBatch(x, y);
        NDArray before = optimizer.GetState()[2].Value;
        model.Compile(optimizer, new MeanSquaredError(), precision: DTypePolicy.Float64);
        model.TrainOnBatch(x, y);

        Assert.All(model.Weights, weight => Assert.Equal(ScalarType.Float64, optimizer.Slot(weight, "momentum").dtype));
        Assert.Equal(2, optimizer.Iterations);
        Assert.NotEqual(0, before.ToArray<float>()[0]);
    }

    [Fact]
    public void Compile_SameOptimizerForAnotherDevice_MovesItsSlots()
    {
        TorchRuntime.SetSeed(4);
        using var model = new Sequential(2, new Dense(3, ActivationFunction.Tanh), new Dense(1));
        var optimizer = new SGD(0.1, momentum: 0.9);
        model.Compile(optimizer, new MeanSquaredError());
        model.TrainOnBatch(np.ones(new Shape(4, 2), typeof(float)), np.ones(new Shape(4, 1), typeof(float)));
        model.Compile(optimizer, new MeanSquaredError(), device: torch.META);
        using var scope = torch.NewDisposeScope();
        optimizer.Apply(model.Weights, [.. model.Weights.Select(weight => torch.zeros_like(weight.Value))]);

        Assert.All(model.Weights, weight => Assert.Equal(DeviceType.META, optimizer.Slot(weight, "momentum").device_type));
    }

    private static int CallsOfApply(int weights)
    {
        Weight[] all = [.. Enumerable.Range(0, weights).Select(i => Weights.Of(i, i + 1))];
        var optimizer = new Adam { UpdatesInGroups = true };
        optimizer.Apply(all, [.. all.Select(weight => torch.ones_like(weight.Value))]);
        Tensor[] gradients = [.. all.Select(weight => torch.ones_like(weight.Value))];
        return RecordedCalls.Of(() => optimizer.Apply(all, gradients)).Kernels.Count();
    }

    private static void AssertSame(Weight[] expected, Weight[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            Near.Relative(expected[i].ToArray(), actual[i].Value, 1e-12, $"weight {i}");
    }

    // Two are decayed and two are excluded by name; one has the memory order of a convolution.
    private static Weight[] FourWeights()
    {
        Tensor kernel = TorchMath.Arange(72, ScalarType.Float64, torch.CPU).reshape(4, 3, 3, 2).Divide(72).permute(1, 2, 3, 0);
        return
        [
            new Weight("kernel", "conv2d/kernel", kernel, trainable: true),
            new Weight("bias", "conv2d/bias", TorchMath.Arange(4, ScalarType.Float64, torch.CPU), trainable: true),
            new Weight("kernel", "dense/kernel", TorchMath.Arange(65, ScalarType.Float64, torch.CPU).reshape(13, 5).Divide(65), trainable: true),
            new Weight("scale", "dense/scale", TorchMath.Full(1, 0.5, ScalarType.Float64, torch.CPU).reshape([]), trainable: true),
        ];
    }

    private static Tensor[] GradientsFor(IEnumerable<Weight> weights, int step) => [.. weights.Select((weight, i) =>
        TorchMath.Arange(weight.Value.NumberOfElements, ScalarType.Float64, torch.CPU).Multiply(0.7).Add(step + i).sin().reshape(weight.Value.shape))];
}
